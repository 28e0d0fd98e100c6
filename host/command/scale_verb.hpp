/// `drover scale`: another number of instances of an agent that runs.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace drover {

struct ScaleOptions {
    std::filesystem::path state_directory;
    std::string agent;  ///< Its name in agents.yaml.
    int count = 0;
    bool as_json = false;
    std::chrono::milliseconds timeout{};
};

/// Returns the exit code, as `apply` does.
[[nodiscard]] int run_scale(const ScaleOptions& options);

}  // namespace drover
