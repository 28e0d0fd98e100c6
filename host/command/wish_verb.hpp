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
    std::vector<std::string> names;  ///< Empty: all agents.
    std::chrono::milliseconds timeout{};
};

/// Returns the exit code: `exit_unhealthy` when an agent that was to start has failed or is
/// unhealthy, `exit_timed_out` when the wish is not fulfilled in time; both name the agents.
[[nodiscard]] int run_wish(const WishOptions& options);

}  // namespace drover
