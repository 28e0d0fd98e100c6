/// What wishes and events do to a unit.
#include "supervisor/fleet.hpp"

#include <algorithm>
#include <utility>

namespace drover {

namespace {

std::string origin_text(StopCause cause, const std::string& cause_name) {
    switch (cause) {
        case StopCause::dependency_restarted:
            return "restarted because " + cause_name + " came back";
        case StopCause::applied:
            return "restarted because " + cause_name + " changed";
        default:
            return "restarted by a person";
    }
}

/// Who or what is behind the start after a restart.
NamedCause start_cause_of(const NamedStop& why) {
    switch (why.cause) {
        case StopCause::dependency_restarted:
            return {ChangeCause::dependency, why.name};
        case StopCause::applied:
            return {ChangeCause::configuration, why.name};
        default:
            return {ChangeCause::person, why.name};
    }
}

std::string over_limit_text(const Unit& unit, const std::string& end) {
    const RestartLimit& limit = unit.plan.supervision.restart_limit;
    if (unit.decision.exits <= limit.max_restarts) {
        return "still fails after a cooldown; last: " + end;
    }
    return "too many restarts: it ended " + std::to_string(unit.decision.exits) +
           (unit.decision.exits == 1 ? " time" : " times") + " within " +
           duration_text(limit.window) + " and restart_limit allows " +
           std::to_string(limit.max_restarts) + "; last: " + end;
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
    }
}

void Fleet::want(const std::vector<std::size_t>& chosen, const NamedCause& cause, Monotonic now) {
    want_dependencies(chosen, now);
    for (const std::size_t number : chosen) {
        start_one(units_[number], cause, now);
    }
}

void Fleet::want_dependencies(const std::vector<std::size_t>& chosen, Monotonic now) {
    for (const std::size_t number : graph_.with_dependencies(chosen)) {
        Unit& unit = units_[number];
        const bool is_idle =
            !unit.wanted || unit.state == AgentState::completed || unit.state == AgentState::failed;
        const bool is_chosen = std::ranges::find(chosen, number) != chosen.end();
        if (is_idle && !is_chosen && unit.plan.enabled && !unit.plan.cannot_run) {
            start_one(unit, {ChangeCause::dependent, who_needs(number, chosen)}, now);
        }
    }
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
        unit.next_origin = "started again by a person";
    } else if (!has_process(unit.state)) {
        unit.next_origin.clear();
    }
    take(unit, AgentEvent::start_requested, "", now);
}

void Fleet::unwant(Unit& unit, const NamedStop& why, Monotonic now) {
    unit.wanted = false;
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
        take(unit, AgentEvent::stop_requested, ends_now ? stopped_text(unit) : "", now);
    }
}

void Fleet::restart(Unit& unit, const NamedStop& why, Monotonic now) {
    const NamedCause cause = start_cause_of(why);
    if (unit.state != AgentState::starting && unit.state != AgentState::running) {
        start_one(unit, cause, now);
        return;
    }
    unit.wanted = true;
    unit.start_again = true;
    unit.stop_pending = true;
    unit.stop_cause = why.cause;
    unit.stop_cause_name = why.name;
    unit.start_cause = cause;
    unit.next_origin = origin_text(why.cause, why.name);
    if (why.cause != StopCause::dependency_restarted) {
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

void Fleet::spawn_failed(Unit& unit, const std::string& message, Monotonic now) {
    if (unit.state == AgentState::starting || unit.state == AgentState::stopping) {
        unit.life.started.reset();
        exited(unit, {"it could not be started: " + message, false}, now);
        tree_empty(unit, now);
    }
}

void Fleet::ready(Unit& unit, Monotonic now) {
    if (!take(unit, AgentEvent::reported_ready, "", now)) {
        return;
    }
    unit.life.was_ready = true;
    if (unit.life.report) {
        reported_health(unit, HealthReport(*unit.life.report), now);
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
    if (unit.state == AgentState::starting) {
        return;
    }
    const bool is_change = unit.health != report.level || unit.health_code != report.code;
    const Before before{unit.state, unit.health, std::nullopt, std::nullopt};
    unit.health = report.level;
    unit.health_code = report.code;
    unit.health_message = report.message;
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
    unit.life.exit_time = now;
    std::string text = exit.text;
    if (unit.life.started) {
        text += " after " + duration_text(now - *unit.life.started);
    }
    unit.last_exit = LastExit{text, exit.success, now};
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
        take(unit, AgentEvent::ended_stopped, stopped_text(unit), now);
    } else if (starts_again) {
        take(unit, AgentEvent::ended_to_start, "", now);
    } else {
        decide_after_exit(unit, now);
    }
}

void Fleet::decide_after_exit(Unit& unit, Monotonic now) {
    const UnitLife& life = unit.life;
    const bool success =
        !life.complaint && (life.has_completed || (life.was_ready && life.exit.success));
    const std::string end = end_text(life);
    unit.decision = unit.policy.decide(success, life.exit_time);
    unit.next_origin = "restarted after: " + end;
    unit.start_cause = cause_of(unit, AgentEvent::ended_to_restart);
    switch (unit.decision.kind) {
        case RestartDecision::Kind::restart:
            take(unit, AgentEvent::ended_to_restart, end, now);
            break;
        case RestartDecision::Kind::cool_down:
            take(unit, AgentEvent::ended_to_cool_down, over_limit_text(unit, end), now);
            break;
        case RestartDecision::Kind::fail:
            take(unit,
                 AgentEvent::ended_failed,
                 (unit.decision.over_limit ? over_limit_text(unit, end)
                                           : end + "; its restart policy is 'no'") +
                     "; 'drover start " + unit.plan.name + "' tries again",
                 now);
            break;
        case RestartDecision::Kind::complete:
            take(unit,
                 AgentEvent::ended_completed,
                 life.completion.empty() ? "completed: " + end : "completed: " + life.completion,
                 now);
            break;
    }
}

}  // namespace drover
