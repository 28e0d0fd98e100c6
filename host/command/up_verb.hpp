/// `drover up`: checks the file, starts droverd, then watches it or leaves it in the background.
#pragma once

#include <chrono>
#include <filesystem>

namespace drover {

struct UpOptions {
    std::filesystem::path file;
    std::filesystem::path state_directory;
    bool in_background = false;
    bool fresh = false;
    std::chrono::milliseconds timeout{};  ///< In the background: for all agents to be healthy.
};

/// Returns the exit code.
[[nodiscard]] int run_up(const UpOptions& options);

}  // namespace drover
