/// What the decider must know of a fleet.
#pragma once

#include <string>
#include <vector>

#include "daemon/schedule_watch.hpp"
#include "fleet/fleet.hpp"
#include "supervisor/fleet_supervisor.hpp"

namespace drover {

/// The router and after it the agents in the file's order, with what `schedules` says of them.
/// `kept_stopped` are those that a person stopped while an earlier droverd ran.
[[nodiscard]] std::vector<UnitPlan> unit_plans(const PreparedFleet& fleet,
                                               const ScheduleWatch& schedules,
                                               const std::vector<std::string>& kept_stopped = {});

}  // namespace drover
