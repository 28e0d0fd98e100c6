/// Questions about one unit.
#include "supervisor/unit.hpp"

#include <string_view>
#include <utility>

namespace drover {

namespace {

std::string word_of(RestartMode mode) {
    switch (mode) {
        case RestartMode::no:
            return "no";
        case RestartMode::always:
            return "always";
        case RestartMode::on_failure:
            return "on_failure";
        case RestartMode::unless_stopped:
            return "unless_stopped";
    }
    return "";
}

}  // namespace

Unit::Unit(UnitPlan with_plan, std::uint64_t seed)
    : plan(std::move(with_plan)),
      policy(plan.supervision, seed),
      is_kept_stopped(plan.is_kept_stopped) {}

bool does_its_work(const Unit& unit) {
    return unit.state == AgentState::running &&
           (unit.health == AgentHealth::healthy || unit.health == AgentHealth::degraded);
}

HealthReport shown_health(const Unit& unit) {
    if (unit.life.held) {
        return {AgentHealth::unhealthy, "process.stopped", "its process is " + *unit.life.held};
    }
    if (!unit.life.paused_for.empty()) {
        return {AgentHealth::unhealthy, "dependency.down", paused_text(unit)};
    }
    if (unit.life.overdue) {
        return {AgentHealth::hung, "callback.overdue", *unit.life.overdue};
    }
    return unit.life.report.value_or(HealthReport{});
}

std::string paused_text(const Unit& unit) {
    return "paused until " + unit.life.paused_for + " is back (on_down: pause)";
}

bool has_completed(const Unit& unit) {
    const bool has_failed = unit.state == AgentState::failed && !unit.deadline &&
                            unit.life.exited && !unit.dependency_failed;
    return unit.state == AgentState::completed || has_failed;
}

NamedCause cause_of(const NamedStop& stop) {
    switch (stop.cause) {
        case StopCause::person:
        case StopCause::person_restarts:
            return {ChangeCause::person, stop.name};
        case StopCause::dependency_restarted:
        case StopCause::dependency_down:
            return {ChangeCause::dependency, stop.name};
        case StopCause::group_restarted:
            return {ChangeCause::restart_policy, "restart_group"};
        case StopCause::applied:
        case StopCause::removed:
            return {ChangeCause::configuration, stop.name};
        case StopCause::schedule:
            return {ChangeCause::schedule, ""};
        case StopCause::shutdown:
            return {ChangeCause::shutdown, stop.name};
    }
    return {};
}

std::string_view text_of(ChangeCause cause) {
    switch (cause) {
        case ChangeCause::person:
            return "person";
        case ChangeCause::fleet_start:
            return "fleet_start";
        case ChangeCause::shutdown:
            return "shutdown";
        case ChangeCause::dependency:
            return "dependency";
        case ChangeCause::dependent:
            return "dependent";
        case ChangeCause::restart_policy:
            return "restart_policy";
        case ChangeCause::agent:
            return "agent";
        case ChangeCause::process:
            return "process";
        case ChangeCause::deadline:
            return "deadline";
        case ChangeCause::limit:
            return "limit";
        case ChangeCause::schedule:
            return "schedule";
        case ChangeCause::configuration:
            return "configuration";
    }
    return "unknown";
}

NamedCause cause_of(const Unit& unit, std::optional<AgentEvent> event) {
    switch (event.value_or(AgentEvent::reported_ready)) {
        case AgentEvent::start_requested:
        case AgentEvent::dependencies_met:
        case AgentEvent::ended_to_start:
        case AgentEvent::restart_due:
            return unit.start_cause;
        case AgentEvent::dependency_failed:
            return {ChangeCause::dependency, unit.lost_dependency};
        case AgentEvent::stop_requested:
        case AgentEvent::ended_stopped:
        case AgentEvent::schedule_closed:
        case AgentEvent::ended_scheduled:
            return cause_of(NamedStop{unit.stop_cause, unit.stop_cause_name});
        case AgentEvent::spawned:
        case AgentEvent::reported_ready:
        case AgentEvent::reported_failed:
        case AgentEvent::reported_completed:
            return {ChangeCause::agent, ""};
        case AgentEvent::hung:
        case AgentEvent::hung_to_kill:
            return {ChangeCause::deadline, "heartbeat.timeout"};
        case AgentEvent::limit_exceeded:
            return {ChangeCause::limit, "limits.memory"};
        case AgentEvent::start_overdue:
            return {ChangeCause::deadline, "heartbeat.grace"};
        case AgentEvent::stop_overdue:
        case AgentEvent::terminate_overdue:
            return {ChangeCause::deadline, "shutdown.timeout"};
        case AgentEvent::process_exited:
            return {ChangeCause::process, ""};
        case AgentEvent::ended_to_restart:
        case AgentEvent::ended_to_cool_down:
        case AgentEvent::ended_failed:
        case AgentEvent::ended_completed:
            return {ChangeCause::restart_policy, word_of(unit.plan.supervision.restart)};
    }
    return {};
}

bool is_outside_schedule(const Unit& unit) {
    return unit.plan.schedule && !unit.plan.schedule->is_open;
}

bool is_lost(const Unit& unit) {
    return unit.state == AgentState::disabled ||
           (unit.state == AgentState::failed && !unit.deadline);
}

}  // namespace drover
