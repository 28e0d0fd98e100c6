/// `drover start`, `stop` and `restart`: a wish for some agents, and waiting until it is fulfilled.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace drover {

enum class Wish { start, stop, restart };

struct WishOptions {
    std::filesystem::path state_directory;
    Wish wish = Wish::start;
    std::vector<std::string> names;
    std::vector<std::string> groups;      ///< Every agent with one of these as its `restart_group`.
    bool is_for_all = false;              ///< Instead of names and groups.
    bool with_dependents = false;         ///< Also those that depend on them, and so on.
    bool is_rolling = false;              ///< Restarts only: one after the other.
    bool waits = true;                    ///< False: return once droverd has taken the wish.
    std::chrono::milliseconds timeout{};  ///< For all of it; with `is_rolling` for each agent.
};

/// Returns the exit code: `exit_unhealthy` when an agent that was to start has failed or is
/// unhealthy, `exit_timed_out` when the wish is not fulfilled in time; both name the agents.
[[nodiscard]] int run_wish(const WishOptions& options);

}  // namespace drover
