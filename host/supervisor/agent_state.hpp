/// The two axes of what an agent is: its state and its health, and their words.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace drover {

/// Where an agent is in its life. The meaning of each state: docs/lifecycle.md.
enum class AgentState {
    disabled,
    scheduled,
    waiting,
    starting,
    running,
    stopping,
    stopped,
    backing_off,
    failed,
    completed
};

/// How an agent that runs is doing, by its own word and by its status page. `unknown` in every
/// state in which no process could say.
enum class AgentHealth { unknown, healthy, degraded, unhealthy, hung };

inline constexpr std::array all_agent_states{AgentState::disabled,
                                             AgentState::scheduled,
                                             AgentState::waiting,
                                             AgentState::starting,
                                             AgentState::running,
                                             AgentState::stopping,
                                             AgentState::stopped,
                                             AgentState::backing_off,
                                             AgentState::failed,
                                             AgentState::completed};

/// The words of the control socket and of `drover status`.
[[nodiscard]] std::string_view text_of(AgentState state);
[[nodiscard]] std::string_view text_of(AgentHealth health);

/// The health of a word, or nothing for a word that is none.
[[nodiscard]] std::optional<AgentHealth> health_from_text(std::string_view word);

/// Whether a process of the agent may exist in this state.
[[nodiscard]] constexpr bool has_process(AgentState state) {
    return state == AgentState::starting || state == AgentState::running ||
           state == AgentState::stopping;
}

}  // namespace drover
