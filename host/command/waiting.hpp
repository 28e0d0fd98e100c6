/// Waiting for a fleet to become what a person asked for.
#pragma once

#include <chrono>
#include <functional>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "command/control_client.hpp"
#include "command/fleet_snapshot.hpp"

namespace drover {

/// Asks for the fleet's status, first at once and then every 50 ms, until `is_done` or `longest`
/// has passed, and returns the last one. Fails when droverd goes away.
[[nodiscard]] Result<FleetSnapshot> wait_for_fleet(
    ControlClient& client,
    std::chrono::milliseconds longest,
    const std::function<bool(const FleetSnapshot&)>& is_done);

/// Waits until the process has ended. False when `longest` has passed before.
[[nodiscard]] bool wait_for_process_end(pid_t pid, std::chrono::milliseconds longest);

}  // namespace drover
