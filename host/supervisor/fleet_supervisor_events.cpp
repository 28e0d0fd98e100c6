/// What happened to a unit, on its way to the fleet.
#include <utility>

#include "supervisor/fleet.hpp"
#include "supervisor/fleet_supervisor.hpp"

namespace drover {

void FleetSupervisor::spawned(const std::string& name, Monotonic now) {
    handle_of(name, now, [this, now](Unit& unit) { fleet_->spawned(unit, now); });
}

void FleetSupervisor::spawn_failed(const std::string& name,
                                   const std::string& message,
                                   Monotonic now) {
    handle_of(
        name, now, [this, message, now](Unit& unit) { fleet_->spawn_failed(unit, message, now); });
}

void FleetSupervisor::ready(const std::string& name, Monotonic now) {
    handle_of(name, now, [this, now](Unit& unit) { fleet_->ready(unit, now); });
}

void FleetSupervisor::failed(const std::string& name,
                             const std::string& code,
                             const std::string& message,
                             Monotonic now) {
    const std::string complaint = code.empty() ? message : message + " (" + code + ")";
    handle_of(name, now, [this, complaint, now](Unit& unit) {
        fleet_->complained(unit, AgentEvent::reported_failed, complaint, now);
    });
}

void FleetSupervisor::completed(const std::string& name,
                                const std::string& message,
                                Monotonic now) {
    handle_of(
        name, now, [this, message, now](Unit& unit) { fleet_->completed(unit, message, now); });
}

void FleetSupervisor::health(const std::string& name, const HealthReport& report, Monotonic now) {
    handle_of(
        name, now, [this, report, now](Unit& unit) { fleet_->reported_health(unit, report, now); });
}

void FleetSupervisor::line_seen(const std::string& name,
                                const std::string& pattern,
                                Monotonic now) {
    handle_of(name, now, [pattern](Unit& unit) { unit.life.patterns_seen.push_back(pattern); });
}

void FleetSupervisor::held(const std::string& name, const std::string& by, Monotonic now) {
    handle_of(name, now, [this, by, now](Unit& unit) { fleet_->held(unit, by, now); });
}

void FleetSupervisor::released(const std::string& name, Monotonic now) {
    handle_of(name, now, [this, now](Unit& unit) { fleet_->held(unit, std::nullopt, now); });
}

void FleetSupervisor::exited(const std::string& name, const UnitExit& exit, Monotonic now) {
    handle_of(name, now, [this, exit, now](Unit& unit) { fleet_->exited(unit, exit, now); });
}

void FleetSupervisor::tree_empty(const std::string& name, Monotonic now) {
    handle_of(name, now, [this, now](Unit& unit) { fleet_->tree_empty(unit, now); });
}

void FleetSupervisor::spawn_refused(const std::string& name,
                                    const std::string& message,
                                    Monotonic now) {
    handle_of(name, now, [this, message, now](Unit& unit) {
        fleet_->spawn_failed(unit, message, now, true);
    });
}

void FleetSupervisor::limit_exceeded(const std::string& name,
                                     const std::string& what,
                                     Monotonic now) {
    handle_of(name, now, [this, what, now](Unit& unit) {
        fleet_->complained(unit, AgentEvent::limit_exceeded, what, now);
    });
}

void FleetSupervisor::hung(const std::string& name, Nanoseconds busy, Monotonic now) {
    handle_of(name, now, [this, busy, now](Unit& unit) { fleet_->hung(unit, busy, now); });
}

void FleetSupervisor::came_back(const std::string& name, Monotonic now) {
    handle_of(name, now, [this, now](Unit& unit) { fleet_->came_back(unit, now); });
}

void FleetSupervisor::follow_schedules(std::vector<ScheduleEdge> edges, Monotonic now) {
    handle(now, [this, now, edges = std::move(edges)]() mutable {
        fleet_->follow_schedules(std::move(edges), now);
    });
}

}  // namespace drover
