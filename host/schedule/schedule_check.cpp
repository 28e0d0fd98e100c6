#include "schedule/schedule_check.hpp"

#include "schedule/agent_schedule.hpp"

namespace drover {

void check_schedules(const FleetConfig& fleet, std::vector<Fault>& faults) {
    for (const AgentConfig& agent : fleet.agents) {
        if (!agent.schedule) {
            continue;
        }
        const auto compiled = AgentSchedule::compile(*agent.schedule);
        if (const auto* const fault = std::get_if<ScheduleFault>(&compiled)) {
            const auto place = agent.schedule->places.find(fault->key);
            faults.push_back(
                {place == agent.schedule->places.end() ? agent.schedule->place : place->second,
                 "agent '" + agent.name + "': schedule: '" + fault->key + "': " + fault->message});
        }
    }
}

}  // namespace drover
