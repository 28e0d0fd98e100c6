/// How units follow their schedules. A person's start holds until a schedule's next end; a stop
/// until a person starts the unit again.
#include <utility>

#include "supervisor/fleet.hpp"

namespace drover {

void Fleet::follow_schedules(std::vector<ScheduleEdge> edges, Monotonic now) {
    if (shutting_down_) {
        return;
    }
    for (ScheduleEdge& edge : edges) {
        const std::size_t number = graph_.find(edge.name);
        if (number == units_.size() || !units_[number].plan.schedule || units_[number].is_leaving) {
            continue;
        }
        Unit& unit = units_[number];
        unit.plan.schedule = std::move(edge.standing);
        const bool may_run = unit.plan.enabled && !unit.plan.cannot_run && !unit.is_kept_stopped;
        if (may_run && edge.kind == ScheduleEdge::Kind::start) {
            start_by_schedule(unit, now);
        } else if (may_run && edge.kind == ScheduleEdge::Kind::stop) {
            rest_until_schedule(unit, now);
        }
    }
}

void Fleet::want_within_schedules(const std::vector<std::size_t>& chosen,
                                  const NamedCause& cause,
                                  Monotonic now) {
    std::vector<std::size_t> now_due;
    for (const std::size_t number : chosen) {
        if (is_outside_schedule(units_[number]) && !has_process(units_[number].state)) {
            rest_until_schedule(units_[number], now);
        } else {
            now_due.push_back(number);
        }
    }
    want(now_due, cause, now);
}

void Fleet::start_in_time(Unit& unit, const NamedCause& cause, Monotonic now) {
    const bool starts_now = unit.plan.schedule && unit.plan.schedule->runs_on_start;
    if (is_outside_schedule(unit) && !starts_now) {
        rest_until_schedule(unit, now);
    } else {
        start_one(unit, cause, now);
    }
}

void Fleet::start_by_schedule(Unit& unit, Monotonic now) {
    const bool will_run = unit.state == AgentState::waiting ||
                          unit.state == AgentState::backing_off || has_process(unit.state);
    if (!(unit.wanted && will_run)) {
        start_one(unit, {ChangeCause::schedule, ""}, now);
    }
}

void Fleet::rest_until_schedule(Unit& unit, Monotonic now) {
    keep_stopped(unit, false);
    const bool is_done =
        unit.state == AgentState::completed ||
        (unit.state == AgentState::failed && is_lost(unit) && !unit.dependency_failed);
    if (is_done || unit.state == AgentState::scheduled || unit.state == AgentState::disabled) {
        unit.wanted = false;  // What it came to stays to be seen until the next start.
        return;
    }
    unwant(unit, {StopCause::schedule, ""}, now);
}

void Fleet::take_new_schedule(Unit& unit, const std::string& before, Monotonic now) {
    const std::string after = unit.plan.schedule ? unit.plan.schedule->text : "";
    if (before == after || unit.is_leaving || !unit.plan.enabled || unit.plan.cannot_run ||
        unit.is_kept_stopped) {
        return;
    }
    if (!is_outside_schedule(unit)) {
        if (unit.state == AgentState::scheduled) {
            start_one(
                unit, {ChangeCause::configuration, "/agents/" + unit.plan.name + "/schedule"}, now);
        }
    } else if (!unit.plan.schedule->is_job || !has_process(unit.state)) {
        rest_until_schedule(unit, now);
    }
}

}  // namespace drover
