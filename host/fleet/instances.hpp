/// Replicated agents as the agents that run: one for each instance, under its own name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "fleet/fleet.hpp"

namespace drover {

/// Where the value lies in a record by which messages are distributed.
struct KeyPlace {
    std::uint32_t offset = 0;
    std::uint32_t size = 0;  ///< Bytes.
};

/// The place of a field in records of a type; nothing where the type is JSON or has no such field.
[[nodiscard]] std::optional<KeyPlace> key_place(const MessageType& type, const std::string& field);

/// Adds faults for distributions that cannot be: a key that no message has which the agent
/// consumes, turns for durable topics.
void check_distributions(const FleetConfig& config,
                         const std::vector<PreparedAgent>& agents,
                         std::vector<Fault>& faults);

/// The fleet with each agent that has `replicas` as so many agents, named worker.1, worker.2, … in
/// its place. Who depends on it depends on all of them; rules that name it name all of them. The
/// fleet must have no fault.
[[nodiscard]] PreparedFleet expand_instances(PreparedFleet fleet);

/// A fleet that was expanded, with another number of instances of `agent`, at least 1; new ones are
/// like the first one. Fails with `not_found` for an unknown name, and with `refused` for an agent
/// without `replicas`.
[[nodiscard]] Result<PreparedFleet> scale_instances(PreparedFleet fleet,
                                                    const std::string& agent,
                                                    int count);

}  // namespace drover
