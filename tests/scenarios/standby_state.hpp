/// What stands by for the agents of a fleet under test, as its status tells.
#pragma once

#include <string>

#include <sys/types.h>

#include "base/json.hpp"
#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {

/// An agent's part of the status; an empty object when there is none.
[[nodiscard]] Json part_of(const FleetStatus& status, const std::string& agent);
/// A text in it; empty when there is none.
[[nodiscard]] std::string text_at(const Json& part, const char* key);
/// The pid in it; -1 when there is none.
[[nodiscard]] pid_t pid_in(const Json& part);

/// Waits until what stands by for an agent is in a state; returns its part of the status then.
[[nodiscard]] Json standby_gets(const FleetUnderTest& fleet,
                                const std::string& agent,
                                const std::string& state);
/// Kills an agent and waits until it is back; returns its part of the status then.
[[nodiscard]] Json killed_and_back(const FleetUnderTest& fleet, const std::string& agent);
/// The same with a zygote that stands by. Again where the machine was too busy for it to answer
/// within its second.
[[nodiscard]] Json copied_and_back(const FleetUnderTest& fleet, const std::string& agent);

}  // namespace drover::scenarios
