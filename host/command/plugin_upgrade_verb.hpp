/// `drover upgrade NAME FILE.so`: another plugin for an agent that runs, on trial.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace drover {

struct PluginUpgradeOptions {
    std::filesystem::path state_directory;
    std::string agent;
    std::filesystem::path file;
    std::chrono::milliseconds trial{};
    std::chrono::milliseconds timeout{};  ///< Beside the trial.
    bool without_rehearsal = false;       ///< Nothing of the new plugin runs beside the old one.
};

/// Waits until the trial is over. Returns the exit code.
[[nodiscard]] int run_plugin_upgrade(const PluginUpgradeOptions& options);

}  // namespace drover
