/// Agents that must receive durable messages and would forget what those told them.
#pragma once

#include <vector>

#include "config/fleet_config.hpp"
#include "fleet/fleet.hpp"

namespace drover {

/// Adds a fault, at its plugin, for each enabled agent that is a required receiver of durable
/// topics and neither keeps state nor declares itself stateless: what was committed as handled
/// never comes again.
void find_forgetful_receivers(const FleetConfig& config,
                              const std::vector<PreparedAgent>& agents,
                              std::vector<Fault>& faults);

}  // namespace drover
