/// The words of states and healths.
#include "supervisor/agent_state.hpp"

namespace drover {

std::string_view text_of(AgentState state) {
    switch (state) {
        case AgentState::disabled:
            return "disabled";
        case AgentState::scheduled:
            return "scheduled";
        case AgentState::waiting:
            return "waiting";
        case AgentState::starting:
            return "starting";
        case AgentState::running:
            return "running";
        case AgentState::stopping:
            return "stopping";
        case AgentState::stopped:
            return "stopped";
        case AgentState::backing_off:
            return "backing_off";
        case AgentState::failed:
            return "failed";
        case AgentState::completed:
            return "completed";
    }
    return "unknown";
}

std::string_view text_of(AgentHealth health) {
    switch (health) {
        case AgentHealth::unknown:
            return "unknown";
        case AgentHealth::healthy:
            return "healthy";
        case AgentHealth::degraded:
            return "degraded";
        case AgentHealth::unhealthy:
            return "unhealthy";
        case AgentHealth::hung:
            return "hung";
    }
    return "unknown";
}

std::optional<AgentHealth> health_from_text(std::string_view word) {
    for (const AgentHealth health : {AgentHealth::unknown,
                                     AgentHealth::healthy,
                                     AgentHealth::degraded,
                                     AgentHealth::unhealthy,
                                     AgentHealth::hung}) {
        if (text_of(health) == word) {
            return health;
        }
    }
    return std::nullopt;
}

}  // namespace drover
