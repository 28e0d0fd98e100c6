/// Finds what is wrong with the schedules of a fleet.
#pragma once

#include <vector>

#include "config/fleet_config.hpp"

namespace drover {

/// Adds a fault for each schedule whose calendar, time zone or cron expression is none.
void check_schedules(const FleetConfig& fleet, std::vector<Fault>& faults);

}  // namespace drover
