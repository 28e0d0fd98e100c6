#include "fleet/simulation_part.hpp"

#include <cstdint>

#include <drover/description.h>

namespace drover {

std::optional<std::string> why_not_simulated(const AgentConfig& agent,
                                             const PreparedAgent& prepared) {
    if (!agent.enabled) {
        return "it is disabled";
    }
    if (agent.simulate) {
        return *agent.simulate ? std::nullopt : std::optional<std::string>("simulate: no");
    }
    const std::uint32_t flags = prepared.description == nullptr ? 0 : prepared.description->flags;
    if ((flags & DROVER_AGENT_NETWORK) != 0) {
        return "it faces the outside world";
    }
    if ((flags & DROVER_AGENT_ORCHESTRATES) != 0) {
        return "it starts simulations itself";
    }
    return std::nullopt;
}

}  // namespace drover
