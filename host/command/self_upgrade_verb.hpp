/// `drover upgrade --self`: another droverd goes on with the fleet that runs.
#pragma once

#include <chrono>
#include <filesystem>

namespace drover {

struct SelfUpgradeOptions {
    std::filesystem::path state_directory;
    std::filesystem::path program;  ///< Empty: the droverd beside this drover.
    std::chrono::milliseconds timeout{};
};

/// Returns the exit code.
[[nodiscard]] int run_self_upgrade(const SelfUpgradeOptions& options);

}  // namespace drover
