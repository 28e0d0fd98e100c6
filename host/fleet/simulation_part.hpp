/// Which agents of a fleet take part in a simulation of it.
#pragma once

#include <optional>
#include <string>

#include "fleet/fleet.hpp"

namespace drover {

/// Why an agent is left out of a simulation; nothing when it takes part.
[[nodiscard]] std::optional<std::string> why_not_simulated(const AgentConfig& agent,
                                                           const PreparedAgent& prepared);

}  // namespace drover
