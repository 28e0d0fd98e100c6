/// What wishes and events do to a unit.
#include "supervisor/fleet.hpp"

#include <algorithm>
#include <utility>

namespace drover {

namespace {

std::string origin_text(const NamedStop& why) {
    switch (why.cause) {
        case StopCause::dependency_restarted:
            return "restarted because " + why.name + " came back";
        case StopCause::dependency_down:
            return "restarted because " + why.name + " was down";
        case StopCause::group_restarted:
            return "restarted with " + why.name + ", which passed its restart_limit";
        case StopCause::applied:
            return "restarted because " + why.name + " changed";
        default:
            return "restarted by a person";
    }
}

}  // namespace

Fleet::Fleet(std::vector<Unit> units, DependencyGraph graph, AgentLauncher& launcher)
    : units_(std::move(units)), graph_(std::move(graph)), launcher_(launcher) {
    note_names();
}

void Fleet::begin(Monotonic now) {
    for (Unit& unit : units_) {
        begin(unit, now);
    }
}

void Fleet::begin(Unit& unit, Monotonic now) {
    unit.changed = now;
    unit.state = AgentState::stopped;
    unit.deadline.reset();
    unit.reason = "not started yet";
    if (!unit.plan.enabled) {
        enter(unit, AgentState::disabled, now);
        record(unit, {}, now);
    } else if (unit.plan.cannot_run) {
        unit.reason = *unit.plan.cannot_run;
        enter(unit, AgentState::failed, now);
        record(unit, {}, now);
    } else if (unit.is_kept_stopped) {
        unit.reason = "stopped by a person before droverd started; 'drover start " +
                      unit.plan.name + "' starts it";
    }
}

void Fleet::want(const std::vector<std::size_t>& chosen, const NamedCause& cause, Monotonic now) {
    want_dependencies(chosen, now);
    for (const std::size_t number : chosen) {
        start_one(units_[number], cause, now);
    }
}

void Fleet::begin_to_want(const std::vector<std::size_t>& chosen, Monotonic now) {
    for (const std::size_t number : chosen) {
        // `always` means what it says: of the policies it alone does not ask what a person wished
        // of the droverd before.
        const bool comes_back = units_[number].plan.supervision.restart == RestartMode::always;
        if (!units_[number].is_kept_stopped || comes_back) {
            start_in_time(units_[number], {ChangeCause::fleet_start, ""}, now);
        }
    }
}

void Fleet::want_dependencies(const std::vector<std::size_t>& chosen, Monotonic now) {
    for (const std::size_t number : graph_.with_dependencies(chosen)) {
        Unit& unit = units_[number];
        const bool is_idle = !unit.wanted || unit.state == AgentState::failed ||
                             (unit.state == AgentState::completed && must_run(number, chosen));
        const bool is_chosen = std::ranges::find(chosen, number) != chosen.end();
        if (is_idle && !is_chosen && unit.plan.enabled && !unit.plan.cannot_run) {
            const NamedCause cause{ChangeCause::dependent, who_needs(number, chosen)};
            if (is_outside_schedule(unit)) {
                rest_until_schedule(unit, now);
            } else {
                start_one(unit, cause, now);
            }
        }
    }
}

bool Fleet::must_run(std::size_t number, const std::vector<std::size_t>& chosen) const {
    return std::ranges::any_of(graph_.with_dependencies(chosen), [&](std::size_t other) {
        return std::ranges::any_of(graph_.dependencies_of(other),
                                   [&](const DependencyGraph::Edge& edge) {
                                       return edge.unit == number && is_of_running(edge.condition);
                                   });
    });
}

std::string Fleet::who_needs(std::size_t number, const std::vector<std::size_t>& chosen) const {
    const auto needs = std::ranges::find_if(chosen, [&](std::size_t one) {
        const auto needed = graph_.with_dependencies({one});
        return std::ranges::find(needed, number) != needed.end();
    });
    return needs == chosen.end() ? "" : units_[*needs].plan.name;
}

void Fleet::start_one(Unit& unit, const NamedCause& cause, Monotonic now) {
    unit.wanted = true;
    keep_stopped(unit, false);
    unit.dependency_failed = false;
    unit.policy.clear();
    if (unit.stop_pending) {
        // It was not asked yet: it simply goes on, or restarts when that was the wish.
        unit.stop_pending = unit.start_again;
        return;
    }
    if (unit.state != AgentState::starting && unit.state != AgentState::running) {
        unit.start_cause = cause;
    }
    if (unit.state == AgentState::stopping && !unit.start_again) {
        unit.next_origin = cause.cause == ChangeCause::schedule ? "started again by its schedule"
                                                                : "started again by a person";
    } else if (!has_process(unit.state)) {
        unit.next_origin.clear();
    }
    take(unit, AgentEvent::start_requested, "", now);
}

void Fleet::keep_stopped(Unit& unit, bool keep) {
    wishes_ += unit.is_kept_stopped == keep ? 0 : 1;
    unit.is_kept_stopped = keep;
}

void Fleet::unwant(Unit& unit, const NamedStop& why, Monotonic now) {
    unit.wanted = false;
    if (why.cause == StopCause::person) {
        keep_stopped(unit, true);
    }
    unit.start_again = false;
    unit.dependency_failed = false;
    unit.next_start_is_restart = false;
    unit.next_origin.clear();
    unit.stop_cause = why.cause;
    unit.stop_cause_name = why.name;
    unit.stop_pending = unit.state == AgentState::starting || unit.state == AgentState::running;
    if (!unit.stop_pending) {
        if (unit.state != AgentState::stopping) {
            unit.end_note.clear();
        }
        const bool ends_now = !has_process(unit.state);
        const AgentEvent event = why.cause == StopCause::schedule ? AgentEvent::schedule_closed
                                                                  : AgentEvent::stop_requested;
        take(unit, event, ends_now ? stopped_text(unit) : "", now);
    }
}

void Fleet::restart(Unit& unit, const NamedStop& why, Monotonic now) {
    const NamedCause cause = cause_of(why);
    if (unit.state != AgentState::starting && unit.state != AgentState::running) {
        start_one(unit, cause, now);
        return;
    }
    unit.wanted = true;
    keep_stopped(unit, false);
    unit.start_again = true;
    unit.stop_pending = true;
    unit.stop_cause = why.cause;
    unit.stop_cause_name = why.name;
    unit.start_cause = cause;
    unit.next_origin = origin_text(why);
    if (why.cause == StopCause::person_restarts || why.cause == StopCause::applied) {
        unit.policy.clear();
    }
}

void Fleet::shut_down(const std::string& by, Monotonic now) {
    if (!std::exchange(shutting_down_, true)) {
        shutdown_by_ = by;
        shutdown_deadline_ = now + longest_shutdown_;
    }
    for (Unit& unit : units_) {
        if (unit.state != AgentState::failed || unit.deadline) {
            unwant(unit, {StopCause::shutdown, by}, now);
        }
    }
}

void Fleet::kill_everything(const std::string& by, Monotonic now) {
    shut_down(by, now);
    for (Unit& unit : units_) {
        if (unit.stop_pending) {
            unit.stop_pending = false;
            take(unit, AgentEvent::stop_requested, cause_text(unit), now);
        }
        take(unit, AgentEvent::terminate_overdue, "", now);
    }
}

void Fleet::end_overdue_shutdown(Monotonic now) {
    if (!shutdown_deadline_ || now < *shutdown_deadline_) {
        return;
    }
    shutdown_deadline_.reset();
    kill_everything(std::string(shutdown_by_), now);
    for (Unit& unit : units_) {
        if (unit.state == AgentState::stopping) {
            unit.end_note = "the fleet did not end within " + duration_text(longest_shutdown_) +
                            " (shutdown.timeout of the fleet)";
        }
    }
}

void Fleet::spawned(Unit& unit, Monotonic now) {
    if (take(unit, AgentEvent::spawned, "", now)) {
        unit.life.started = now;
        unit.life.is_executed = true;
    }
}

void Fleet::spawn_failed(Unit& unit, const std::string& message, Monotonic now, bool is_final) {
    if (unit.state == AgentState::starting || unit.state == AgentState::stopping) {
        unit.life.started.reset();
        UnitExit exit{"it could not be started: " + message, false};
        exit.is_final = is_final;
        exited(unit, exit, now);
        tree_empty(unit, now);
    }
}

void Fleet::ready(Unit& unit, Monotonic now) {
    if (!take(unit, AgentEvent::reported_ready, "", now)) {
        return;
    }
    unit.life.was_ready = true;
    if (unit.life.report || unit.life.held) {
        show_health(unit, now);
    }
}

void Fleet::complained(Unit& unit, AgentEvent event, const std::string& complaint, Monotonic now) {
    if (find_row(unit.state, event)) {
        unit.life.complaint = complaint;
        take(unit, event, complaint, now);
    }
}

void Fleet::completed(Unit& unit, const std::string& message, Monotonic now) {
    if (find_row(unit.state, AgentEvent::reported_completed)) {
        unit.life.has_completed = true;
        unit.life.completion = message;
        take(unit, AgentEvent::reported_completed, "it has completed and is ending", now);
    }
}

void Fleet::reported_health(Unit& unit, const HealthReport& report, Monotonic now) {
    if (unit.state != AgentState::starting && unit.state != AgentState::running) {
        return;
    }
    unit.life.report = report;
    show_health(unit, now);
}

void Fleet::held(Unit& unit, const std::optional<std::string>& by, Monotonic now) {
    UnitLife& life = unit.life;
    if (!has_process(unit.state) || life.held == by) {
        return;
    }
    // The time in which it is stopped does not count for heartbeat.grace.
    if (unit.state == AgentState::starting && !life.held && unit.deadline) {
        life.grace_left = *unit.deadline - now;
        unit.deadline.reset();
    } else if (unit.state == AgentState::starting && !by) {
        unit.deadline = now + life.grace_left;
    }
    life.held = by;
    show_health(unit, now);
}

void Fleet::hung(Unit& unit, Nanoseconds busy, Monotonic now) {
    const SupervisionConfig& config = unit.plan.supervision;
    const std::string timeout =
        " (heartbeat.timeout is " + duration_text(config.heartbeat.timeout) + ")";
    if (config.on_hang == OnHang::report) {
        if (unit.state != AgentState::running) {
            return;
        }
        unit.life.overdue =
            "hung: one callback has not ended" + timeout + "; it is left running (on_hang: report)";
        show_health(unit, now);
        return;
    }
    complained(unit,
               config.on_hang == OnHang::kill ? AgentEvent::hung_to_kill : AgentEvent::hung,
               "hung: one callback ran for " + duration_text(busy) + timeout,
               now);
}

void Fleet::came_back(Unit& unit, Monotonic now) {
    unit.life.overdue.reset();
    show_health(unit, now);
}

void Fleet::show_health(Unit& unit, Monotonic now) {
    if (unit.state != AgentState::running) {
        return;
    }
    const HealthReport shown = shown_health(unit);
    const bool is_change = unit.health != shown.level || unit.health_code != shown.code;
    const Before before{unit.state, unit.health, std::nullopt, std::nullopt};
    unit.health = shown.level;
    unit.health_code = shown.code;
    unit.health_message = shown.message;
    note_health(unit, now);
    if (is_change) {
        unit.changed = now;
        record(unit, before, now);
    }
}

void Fleet::exited(Unit& unit, const UnitExit& exit, Monotonic now) {
    if (!has_process(unit.state) || unit.life.exited) {
        return;
    }
    unit.life.exited = true;
    unit.life.exit = exit;
    const auto& well = unit.plan.supervision.success_exit_codes;
    if (exit.code && std::ranges::find(well, *exit.code) != well.end()) {
        unit.life.exit.success = true;
    }
    unit.life.exit_time = now;
    std::string text = exit.text;
    if (unit.life.started) {
        text += " after " + duration_text(now - *unit.life.started);
    }
    unit.last_exit = LastExit{text, unit.life.exit.success, now};
    const bool was_stopping = unit.state == AgentState::stopping;
    take(unit, AgentEvent::process_exited, was_stopping ? "" : end_text(unit.life), now);
}

void Fleet::tree_empty(Unit& unit, Monotonic now) {
    if (unit.state != AgentState::stopping || !unit.life.exited) {
        return;
    }
    const bool starts_again = unit.start_again;
    unit.start_again = false;
    if (!unit.wanted) {
        const AgentEvent event = unit.stop_cause == StopCause::schedule
                                     ? AgentEvent::ended_scheduled
                                     : AgentEvent::ended_stopped;
        take(unit, event, stopped_text(unit), now);
    } else if (starts_again) {
        take(unit, AgentEvent::ended_to_start, "", now);
    } else {
        decide_after_exit(unit, now);
    }
}

}  // namespace drover
