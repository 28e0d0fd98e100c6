/// `drover events`: what happened in a fleet, and why.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "events/fleet_event.hpp"

namespace drover {

struct EventsOptions {
    std::filesystem::path state_directory;
    std::vector<std::string> names;  ///< Agents, drover-router; empty: all, and droverd's own.
    std::vector<EventKind> kinds;    ///< Empty: all.
    bool follow = false;
    std::optional<std::size_t> lines;   ///< At most so many of the past.
    std::optional<std::int64_t> since;  ///< Wall ns.
    bool as_json = false;
};

/// Reads STATE/events, so it works while droverd runs and when it does not. Returns the exit code;
/// with `follow` it ends only by a signal or a reader that is gone.
[[nodiscard]] int run_events(const EventsOptions& options);

}  // namespace drover
