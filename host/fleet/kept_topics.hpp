/// Where the rules of the file and the ports of its agents do not meet.
#pragma once

#include <vector>

#include "fleet/fleet.hpp"

namespace drover {

/// A warning for each consuming port all of whose topics one rule decides, which keeps them from
/// its agent by its `subscribers`. `agents` are those of `config`, in its order.
[[nodiscard]] std::vector<Fault> warn_of_kept_topics(const FleetConfig& config,
                                                     const std::vector<PreparedAgent>& agents);

/// A warning for each agent that a rule names as publisher, subscriber or receiver and that has no
/// port for any of its topics. `agents` are those of `config`, in its order.
[[nodiscard]] std::vector<Fault> warn_of_names_without_ports(
    const FleetConfig& config, const std::vector<PreparedAgent>& agents);

}  // namespace drover
