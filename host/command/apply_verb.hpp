/// `drover apply`: a running fleet takes what its file says now, or said earlier.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>

#include "base/json.hpp"
#include "command/fleet_snapshot.hpp"

namespace drover {

struct ApplyOptions {
    std::filesystem::path state_directory;
    std::optional<std::filesystem::path> file;  ///< Nothing: the file that the fleet runs with.
    std::optional<std::size_t> rollback;        ///< How many applied files to go back.
    bool is_list = false;                       ///< Only show which there are.
    bool is_dry_run = false;
    bool as_json = false;
    bool is_saved = false;  ///< droverd itself asks: the file was saved.
    std::chrono::milliseconds timeout{};
};

/// Waits until what droverd answered to have begun, compared with the fleet `before`, is done, and
/// returns the exit code. `undo` says how a person returns from it.
[[nodiscard]] int wait_until_taken(ControlClient& client,
                                   std::chrono::milliseconds timeout,
                                   const Json& answer,
                                   const FleetSnapshot& before,
                                   const char* undo);

/// Returns the exit code: `exit_failed` for a file with faults, which are printed as `validate`
/// prints them; `exit_unhealthy` when an agent that was to start has failed or is unhealthy,
/// `exit_timed_out` when it is not running in time.
[[nodiscard]] int run_apply(const ApplyOptions& options);

}  // namespace drover
