/// Topics that an agent asks for and the file keeps from it.
#pragma once

#include <vector>

#include "fleet/fleet.hpp"

namespace drover {

/// A warning for each consuming port all of whose topics the `subscribers` of one rule keep from
/// its agent. `agents` are those of `config`, in its order.
[[nodiscard]] std::vector<Fault> warn_of_kept_topics(const FleetConfig& config,
                                                     const std::vector<PreparedAgent>& agents);

}  // namespace drover
