/// The lifecycle's table at work, and how wishes, stops and starts spread along the graph.
#include <algorithm>
#include <utility>

#include "supervisor/fleet.hpp"

namespace drover {

namespace {

/// How long a tree has between SIGTERM (or SIGABRT) and SIGKILL, and between SIGKILLs.
constexpr Nanoseconds forced_end_step = std::chrono::milliseconds(500);

}  // namespace

bool Fleet::take(Unit& unit, AgentEvent event, const std::string& reason, Monotonic now) {
    const auto row = find_row(unit.state, event);
    if (!row) {
        return false;
    }
    if (!reason.empty()) {
        unit.reason = reason;
    }
    Before before{unit.state, unit.health, event, std::nullopt};
    if (unit.life.exited && has_process(unit.state)) {
        before.exit = unit.life.exit;
    }
    if (row->next != before.state) {
        enter(unit, row->next, now);
        if (event == AgentEvent::hung || event == AgentEvent::hung_to_kill) {
            unit.health = AgentHealth::hung;
        }
    }
    perform(unit, row->action, now);
    if (row->next != before.state) {
        record(unit, before, now);
    }
    return true;
}

void Fleet::enter(Unit& unit, AgentState next, Monotonic now) {
    unit.state = next;
    unit.changed = now;
    unit.deadline.reset();
    unit.health = next == AgentState::running ? AgentHealth::healthy : AgentHealth::unknown;
    if (next == AgentState::stopping) {
        unit.stop_step = StopStep::asked;
        unit.end_note.clear();
        unit.stop_pending = false;
    }
    note_health(unit, now);
}

void Fleet::note_health(Unit& unit, Monotonic now) {
    if (does_its_work(unit)) {
        unit.policy.became_healthy(now);
    } else {
        unit.policy.lost_health(now);
    }
}

void Fleet::perform(Unit& unit, LifecycleAction action, Monotonic now) {
    const std::string& name = unit.plan.name;
    switch (action) {
        case LifecycleAction::none:
            break;
        case LifecycleAction::spawn:
            spawn(unit, now);
            break;
        case LifecycleAction::ask_to_stop:
            unit.deadline = now + unit.plan.supervision.shutdown_timeout;
            launcher_.ask_to_stop(name,
                                  shutting_down_ ? StopReason::shutdown : StopReason::requested,
                                  *unit.deadline);
            break;
        case LifecycleAction::await_exit:
            unit.deadline = now + unit.plan.supervision.shutdown_timeout;
            break;
        case LifecycleAction::abort:
            unit.stop_step = StopStep::terminated;
            unit.deadline = now + forced_end_step;
            launcher_.abort(name);
            break;
        case LifecycleAction::terminate_tree:
            if (unit.stop_step != StopStep::killed) {
                unit.stop_step = StopStep::terminated;
                unit.deadline = now + forced_end_step;
            }
            launcher_.terminate_tree(name);
            break;
        case LifecycleAction::kill_tree:
            unit.stop_step = StopStep::killed;
            unit.deadline = now + forced_end_step;
            launcher_.kill_tree(name);
            break;
        case LifecycleAction::schedule_restart:
            unit.deadline = unit.decision.due;
            unit.next_start_is_restart = true;
            break;
        case LifecycleAction::cancel_restart:
            unit.next_start_is_restart = false;
            break;
        case LifecycleAction::remember_start:
            unit.start_again = true;
            break;
        case LifecycleAction::forget_start:
            unit.start_again = false;
            break;
    }
}

void Fleet::spawn(Unit& unit, Monotonic now) {
    if (std::exchange(unit.next_start_is_restart, false)) {
        ++unit.restarts;
    }
    unit.ends_awaited.clear();
    unit.life = UnitLife{};
    unit.life.started = now;
    unit.life.origin = std::exchange(unit.next_origin, "");
    unit.health_code.clear();
    unit.health_message.clear();
    ++unit.lives;
    unit.lives_of_dependencies.clear();
    for (const DependencyGraph::Edge& edge : graph_.dependencies_of(number_of(unit))) {
        unit.lives_of_dependencies.push_back(units_[edge.unit].lives);
    }
    unit.deadline = now + unit.plan.supervision.heartbeat.grace;
    launcher_.spawn(unit.plan.name);
}

void Fleet::record(Unit& unit, const Before& before, Monotonic now) {
    // A unit that waits for nothing passes through `waiting` without being seen there.
    if (unit.state == AgentState::waiting && before.state != AgentState::waiting) {
        unit.unrecorded = before;
        return;
    }
    const auto unrecorded = std::exchange(unit.unrecorded, std::nullopt);
    UnitChange change;
    change.name = unit.plan.name;
    change.from = unrecorded.value_or(before).state;
    change.state = unit.state;
    change.health = unit.health;
    change.reason = reason(unit, now);
    change.time = now;
    change.health_from = unrecorded.value_or(before).health;
    change.health_code = unit.health_code;
    change.event = before.event ? before.event : unrecorded.value_or(before).event;
    const bool is_first = !change.event && change.from != change.state;
    change.cause =
        is_first ? NamedCause{ChangeCause::configuration, ""} : cause_of(unit, change.event);
    change.exit = unrecorded.value_or(before).exit;
    constexpr std::size_t longest_history = 20;
    unit.history.push_back(change);
    if (unit.history.size() > longest_history) {
        unit.history.pop_front();
    }
    changes_.push_back(std::move(change));
}

void Fleet::settle(Monotonic now) {
    end_overdue_shutdown(now);
    bool moved = true;
    while (moved) {
        moved = false;
        // Before any is asked to stop, so that dependents are asked first.
        for (const std::size_t number : graph_.start_order()) {
            moved = stop_without_dependency(units_[number], now) || moved;
        }
        for (const std::size_t number : graph_.start_order()) {
            Unit& unit = units_[number];
            const bool due = do_what_is_due(unit, now);
            const bool stopped = stop_when_free(unit, now);
            const bool started = start_when_met(unit, now);
            const bool followed = follow_dependency(unit, now);
            const bool paused = pause_or_resume(unit, now);
            moved = moved || due || stopped || started || followed || paused;
        }
    }
    for (Unit& unit : units_) {
        if (unit.unrecorded) {
            record(unit, {AgentState::waiting, unit.health, std::nullopt, std::nullopt}, now);
        }
    }
}

bool Fleet::do_what_is_due(Unit& unit, Monotonic now) {
    if (!unit.deadline || now < *unit.deadline) {
        return false;
    }
    const SupervisionConfig& config = unit.plan.supervision;
    switch (unit.state) {
        case AgentState::starting:
            complained(
                unit,
                AgentEvent::start_overdue,
                "not ready within " + duration_text(config.heartbeat.grace) + " (heartbeat.grace)",
                now);
            return true;
        case AgentState::stopping:
            if (unit.stop_step == StopStep::asked) {
                unit.end_note = "it did not end within " + duration_text(config.shutdown_timeout) +
                                " and got SIGTERM";
                return take(unit, AgentEvent::stop_overdue, "", now);
            }
            unit.end_note = "it did not end by itself and got SIGKILL";
            return take(unit, AgentEvent::terminate_overdue, "", now);
        default: {
            const bool with_group = unit.state == AgentState::failed &&
                                    unit.decision.kind == RestartDecision::Kind::restart_group;
            const bool taken = take(unit, AgentEvent::restart_due, "", now);
            if (with_group) {
                restart_group_of(unit, now);
            }
            return taken;
        }
    }
}

bool Fleet::stop_when_free(Unit& unit, Monotonic now) {
    if (!unit.stop_pending || !blocking_end_of(unit).empty()) {
        return false;
    }
    unit.stop_pending = false;
    return take(unit, AgentEvent::stop_requested, cause_text(unit), now);
}

bool Fleet::start_when_met(Unit& unit, Monotonic now) {
    if (unit.state == AgentState::waiting) {
        std::erase_if(unit.ends_awaited, [&](const std::string& name) {
            const std::size_t other = graph_.find(name);
            return other == units_.size() ||
                   !(units_[other].stop_pending || units_[other].state == AgentState::stopping);
        });
        if (const Unit* lost = lost_dependency_of(unit)) {
            unit.dependency_failed = true;
            unit.lost_dependency = lost->plan.name;
            return take(unit,
                        AgentEvent::dependency_failed,
                        "it depends on " + lost->plan.name + ", which is " +
                            std::string(text_of(lost->state)) + "; it starts once " +
                            lost->plan.name + " is started again",
                        now);
        }
        return missing_for(unit).empty() && take(unit, AgentEvent::dependencies_met, "", now);
    }
    if (unit.dependency_failed && lost_dependency_of(unit) == nullptr) {
        unit.dependency_failed = false;
        unit.start_cause = {ChangeCause::dependency, unit.lost_dependency};
        return take(unit, AgentEvent::start_requested, "", now);
    }
    return false;
}

std::string Fleet::reason(const Unit& unit, Monotonic now) const {
    return reason_of(unit, missing_for(unit), blocking_end_of(unit), now);
}

std::vector<UnitChange> Fleet::take_changes() {
    return std::exchange(changes_, {});
}

std::size_t Fleet::number_of(const Unit& unit) const {
    return static_cast<std::size_t>(&unit - units_.data());
}

std::vector<Obstacle> Fleet::blocking_end_of(const Unit& unit) const {
    std::vector<Obstacle> blocking;
    for (const std::size_t number : graph_.dependents_of(number_of(unit))) {
        const Unit& dependent = units_[number];
        if (dependent.stop_pending || dependent.state == AgentState::stopping) {
            blocking.push_back({dependent.plan.name, "", dependent.state});
        }
    }
    return blocking;
}

}  // namespace drover
