/// `drover upgrade --self`: another droverd goes on with the fleet that runs.
#pragma once

#include <chrono>
#include <filesystem>

namespace drover {

struct UpgradeOptions {
    std::filesystem::path state_directory;
    bool is_self = false;
    std::filesystem::path program;  ///< Empty: the droverd beside this drover.
    std::chrono::milliseconds timeout{};
};

/// Returns the exit code.
[[nodiscard]] int run_upgrade(const UpgradeOptions& options);

}  // namespace drover
