/// When a dependency's condition holds, and what a unit does when it does not.
#include <algorithm>
#include <utility>

#include "supervisor/fleet.hpp"

namespace drover {

bool Fleet::is_met(const DependencyGraph::Edge& edge, const Unit& dependency) {
    switch (edge.condition) {
        case DependencyCondition::started:
            return dependency.state == AgentState::completed ||
                   dependency.state == AgentState::running ||
                   (dependency.state == AgentState::starting && dependency.life.is_executed);
        case DependencyCondition::healthy:
            return does_its_work(dependency);
        case DependencyCondition::completed:
            return has_completed(dependency);
        case DependencyCondition::completed_successfully:
            return dependency.state == AgentState::completed;
        case DependencyCondition::log_ready:
            return (dependency.state == AgentState::completed ||
                    dependency.state == AgentState::running ||
                    dependency.state == AgentState::starting) &&
                   std::ranges::find(dependency.life.patterns_seen, edge.pattern) !=
                       dependency.life.patterns_seen.end();
    }
    return false;
}

std::vector<Obstacle> Fleet::missing_for(const Unit& unit) const {
    std::vector<Obstacle> missing;
    for (const DependencyGraph::Edge& edge : graph_.dependencies_of(number_of(unit))) {
        const Unit& dependency = units_[edge.unit];
        if (!is_met(edge, dependency) || dependency.stop_pending) {
            std::string need = need_text(edge.condition);
            if (edge.condition == DependencyCondition::log_ready) {
                need = "to write a line that matches '" + edge.pattern + "'";
            }
            missing.push_back({dependency.plan.name, std::move(need), dependency.state});
        }
    }
    for (const std::string& name : unit.ends_awaited) {
        const std::size_t other = graph_.find(name);
        if (other < units_.size()) {
            missing.push_back({name, "to end", units_[other].state});
        }
    }
    return missing;
}

bool Fleet::follow_dependency(Unit& unit, Monotonic now) {
    const bool is_up = unit.state == AgentState::starting || unit.state == AgentState::running;
    if (!is_up || unit.stop_pending) {
        return false;
    }
    const auto& edges = graph_.dependencies_of(number_of(unit));
    for (std::size_t edge = 0; edge < edges.size(); ++edge) {
        const Unit& dependency = units_[edges[edge].unit];
        const bool has_returned = is_of_running(edges[edge].condition)
                                      ? does_its_work(dependency)
                                      : is_met(edges[edge], dependency);
        if (edges[edge].restart && has_returned && !dependency.stop_pending &&
            dependency.lives != unit.lives_of_dependencies[edge]) {
            restart(unit, {StopCause::dependency_restarted, dependency.plan.name}, now);
            return true;
        }
    }
    return false;
}

bool Fleet::stop_without_dependency(Unit& unit, Monotonic now) {
    const bool is_up = unit.state == AgentState::starting || unit.state == AgentState::running;
    if (!is_up || unit.stop_pending) {
        return false;
    }
    for (const DependencyGraph::Edge& edge : graph_.dependencies_of(number_of(unit))) {
        const Unit& dependency = units_[edge.unit];
        if (edge.on_down == OnDown::stop &&
            (dependency.stop_pending || !is_met(edge, dependency))) {
            restart(unit, {StopCause::dependency_down, dependency.plan.name}, now);
            return true;
        }
    }
    return false;
}

bool Fleet::pause_or_resume(Unit& unit, Monotonic now) {
    if (unit.state != AgentState::running || unit.stop_pending) {
        return false;
    }
    std::string lost;
    for (const DependencyGraph::Edge& edge : graph_.dependencies_of(number_of(unit))) {
        if (lost.empty() && edge.on_down == OnDown::pause && !is_met(edge, units_[edge.unit])) {
            lost = units_[edge.unit].plan.name;
        }
    }
    if (lost == unit.life.paused_for) {
        return false;
    }
    const std::string before = std::exchange(unit.life.paused_for, lost);
    if (lost.empty()) {
        launcher_.resume(unit.plan.name);
    } else if (before.empty()) {
        launcher_.pause(unit.plan.name, paused_text(unit));
    }
    show_health(unit, now);
    return true;
}

const Unit* Fleet::lost_dependency_of(const Unit& unit) const {
    for (const DependencyGraph::Edge& edge : graph_.dependencies_of(number_of(unit))) {
        if (is_lost(units_[edge.unit]) && !is_met(edge, units_[edge.unit])) {
            return &units_[edge.unit];
        }
    }
    return nullptr;
}

}  // namespace drover
