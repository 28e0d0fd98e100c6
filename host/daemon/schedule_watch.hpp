/// The schedules of a fleet against the wall clock: whose moment has come.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "schedule/agent_schedule.hpp"
#include "supervisor/fleet_supervisor.hpp"

namespace drover {

/// It reads no clock. A wall clock that is set is followed: what is to run is what the schedules
/// say of the new time. Moments of jobs that were jumped over become one start; moments that come
/// again, because the clock went back by a minute or more, count again. A clock that goes back by
/// less is waited for. One thread.
class ScheduleWatch {
public:
    /// Takes the schedules of a file that has no faults. Those that are as they were keep what they
    /// have told, and tell the rest at the next look.
    void watch(const FleetConfig& fleet, std::int64_t wall);

    /// What the agent's schedule says, as of the last look; nothing where it has none.
    [[nodiscard]] std::optional<ScheduleStanding> standing_of(const std::string& agent) const;
    /// Takes what has happened up to `wall`. Cheap while nothing has.
    [[nodiscard]] std::vector<ScheduleEdge> look(std::int64_t wall);
    /// The wall time, ns, at which something happens next.
    [[nodiscard]] std::optional<std::int64_t> next_moment() const;

private:
    struct Entry {
        AgentSchedule schedule;
        ScheduleStanding standing;
    };

    std::map<std::string, Entry> entries_;
    std::int64_t latest_ = 0;  ///< The last time that was believed.
};

}  // namespace drover
