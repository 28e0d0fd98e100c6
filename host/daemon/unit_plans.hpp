/// What the decider must know of a fleet.
#pragma once

#include <vector>

#include "fleet/fleet.hpp"
#include "supervisor/fleet_supervisor.hpp"

namespace drover {

/// The router and after it the agents in the file's order.
[[nodiscard]] std::vector<UnitPlan> unit_plans(const PreparedFleet& fleet);

}  // namespace drover
