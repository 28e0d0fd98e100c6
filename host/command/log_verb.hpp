/// `drover log`: the durable log of a fleet, through droverd while it runs, from its files when it
/// does not.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/json.hpp"

namespace drover {

enum class LogWish { stat, trim, skip, forget };

struct LogVerbOptions {
    std::filesystem::path state_directory;
    LogWish wish = LogWish::stat;
    std::string name;            ///< Of skip and forget: the receiver.
    std::uint64_t position = 0;  ///< Of skip; 0: of the message over which it has failed.
    bool as_json = false;
};

/// Returns the exit code.
[[nodiscard]] int run_log(const LogVerbOptions& options);

/// What `stat` prints for people.
[[nodiscard]] std::string log_text(const Json& status);

}  // namespace drover
