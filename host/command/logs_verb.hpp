/// `drover logs`: what agents wrote, merged by time; works when droverd is down too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace drover {

struct LogsOptions {
    std::filesystem::path state_directory;
    std::vector<std::string> names;  ///< Empty: all, droverd and the router included.
    /// At most so many of the past, in all. Nothing: 100, or all that `since` or `previous` names.
    std::optional<std::size_t> lines;
    std::optional<std::int64_t> since;  ///< Wall ns.
    bool previous = false;              ///< Only the life before the last one.
    bool follow = false;
    bool as_json = false;
};

/// Returns the exit code.
[[nodiscard]] int run_logs(const LogsOptions& options);

}  // namespace drover
