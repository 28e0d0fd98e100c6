/// `drover is-ready`: whether agents do their work, for scripts.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace drover {

struct ReadyOptions {
    std::filesystem::path state_directory;
    std::vector<std::string> names;  ///< Empty: every agent that is to run.
    bool waits = false;              ///< Until they are, also for a droverd to come.
    std::chrono::milliseconds timeout{};
};

/// Returns the exit code: 0 when all do their work (running, and healthy or degraded),
/// `exit_unhealthy` when one does not, `exit_timed_out` when one does not in time.
[[nodiscard]] int run_ready(const ReadyOptions& options);

}  // namespace drover
