/// A fleet of the plugin durable_flow: source, workers that share by key, auditor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {

struct Audit {
    std::uint64_t handled = 0;
    std::string wrong;  ///< What was lost, doubled or overtaken; empty: nothing.
};

/// `source` as its config, `worker` as further keys of the workers.
[[nodiscard]] std::string durable_flow_agents(const std::string& source, const std::string& worker);

/// The rules of its topics, and a small log.
[[nodiscard]] std::string durable_flow_rules();

/// Nothing when the auditor does not answer.
[[nodiscard]] std::optional<Audit> audit_of(const FleetUnderTest& fleet);

/// Waits until the auditor has seen `count` messages; fails at once when something is wrong.
[[nodiscard]] testing::AssertionResult has_handled(const FleetUnderTest& fleet,
                                                   std::uint64_t count);

}  // namespace drover::scenarios
