/// `drover down`: stops the whole fleet and waits until it is gone.
#pragma once

#include <chrono>
#include <filesystem>

namespace drover {

struct DownOptions {
    std::filesystem::path state_directory;
    std::chrono::milliseconds timeout{};
};

/// Returns the exit code; `exit_timed_out` names who blocks, and the fleet goes on stopping.
[[nodiscard]] int run_down(const DownOptions& options);

}  // namespace drover
