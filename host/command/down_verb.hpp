/// `drover down`: stops the fleet and droverd, and shows who blocks.
#pragma once

#include <chrono>
#include <filesystem>

#include "command/control_client.hpp"

namespace drover {

struct DownOptions {
    std::filesystem::path state_directory;
    std::chrono::milliseconds timeout = std::chrono::seconds(60);
};

/// Returns the exit code: 5 when the fleet is still there after the timeout.
[[nodiscard]] int run_down(const DownOptions& options);

/// Waits until droverd is gone, after a `shutdown` was sent on `shutting_down`; prints who blocks
/// whenever that changes. False when `longest` has passed, or `interrupted` answers true.
[[nodiscard]] bool wait_until_down(ControlClient& shutting_down,
                                   const std::filesystem::path& state_directory,
                                   std::chrono::milliseconds longest,
                                   bool (*interrupted)() = nullptr);

}  // namespace drover
