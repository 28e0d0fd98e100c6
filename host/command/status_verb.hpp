/// `drover status`: how every agent is, and why.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace drover {

struct StatusOptions {
    std::filesystem::path state_directory;
    std::vector<std::string> names;  ///< Empty: all.
    bool as_json = false;
    std::optional<std::chrono::milliseconds> watch;  ///< Again and again, so far apart.
};

/// Returns the exit code: `exit_unhealthy` when an agent that was named is failed, unhealthy or
/// hung.
[[nodiscard]] int run_status(const StatusOptions& options);

/// What is asked of droverd.
[[nodiscard]] Json status_params(const StatusOptions& options);

/// The exit code for a document of `status`.
[[nodiscard]] int exit_code_of(const StatusOptions& options, const Json& document);

}  // namespace drover
