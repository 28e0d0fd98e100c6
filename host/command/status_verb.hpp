/// `drover status`: how every agent is, and why.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace drover {

struct StatusOptions {
    std::filesystem::path state_directory;
    std::vector<std::string> names;  ///< Empty: all.
    bool as_json = false;
};

/// Returns the exit code: `exit_unhealthy` when an agent that was named is failed, unhealthy or
/// hung.
[[nodiscard]] int run_status(const StatusOptions& options);

}  // namespace drover
