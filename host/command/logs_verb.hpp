/// `drover logs`: what agents wrote, merged by time; works when droverd is down too.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace drover {

struct LogsOptions {
    std::filesystem::path state_directory;
    std::vector<std::string> names;  ///< Empty: all, droverd and the router included.
    std::size_t lines = 100;         ///< At most so many of the past, in all.
    bool follow = false;
    bool as_json = false;
};

/// Returns the exit code.
[[nodiscard]] int run_logs(const LogsOptions& options);

}  // namespace drover
