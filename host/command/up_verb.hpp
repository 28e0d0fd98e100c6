/// `drover up`: checks the file, starts droverd, and stays with the fleet or waits until it is
/// healthy.
#pragma once

#include <chrono>
#include <filesystem>

namespace drover {

struct UpOptions {
    std::filesystem::path file;
    std::filesystem::path state_directory;
    bool detached = false;
    bool fresh = false;  ///< Forget the agents' saved states first.
    std::chrono::milliseconds timeout = std::chrono::seconds(30);
};

/// Returns the exit code. Detached: 0 when every agent is running and healthy, 3 when one is not
/// within the timeout. Foreground: 0 after Ctrl-C and an orderly end.
[[nodiscard]] int run_up(const UpOptions& options);

}  // namespace drover
