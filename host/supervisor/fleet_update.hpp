/// A new agents.yaml as the supervisor sees it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "supervisor/fleet_supervisor.hpp"

namespace drover {

/// The units of a fleet as they shall be from now on.
struct FleetUpdate {
    std::vector<UnitPlan> units;  ///< All of them, the router included.
    /// Who must be restarted to have its new values, and the key of agents.yaml that is the cause.
    std::map<std::string, std::string> restart;
};

}  // namespace drover
