/// One plan a unit.
#include "daemon/unit_plans.hpp"

#include <algorithm>
#include <utility>

namespace drover {

std::vector<UnitPlan> unit_plans(const PreparedFleet& fleet,
                                 const ScheduleWatch& schedules,
                                 const std::vector<std::string>& kept_stopped) {
    std::vector<UnitPlan> plans;
    UnitPlan router;
    router.name = router_unit_name;
    router.supervision = router_supervision();
    router.is_router = true;
    plans.push_back(std::move(router));
    for (std::size_t i = 0; i < fleet.config.agents.size(); ++i) {
        const AgentConfig& agent = fleet.config.agents[i];
        plans.push_back({agent.name,
                         agent.depends_on,
                         agent.supervision,
                         agent.enabled,
                         false,
                         fleet.agents[i].cannot_run,
                         agent.restart_group,
                         std::ranges::find(kept_stopped, agent.name) != kept_stopped.end(),
                         schedules.standing_of(agent.name)});
    }
    return plans;
}

}  // namespace drover
