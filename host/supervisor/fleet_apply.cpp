/// How a fleet that runs takes a new agents.yaml: units come, change, restart and go.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "supervisor/fleet.hpp"
#include "supervisor/fleet_update.hpp"
#include "supervisor/unit_graph.hpp"

namespace drover {

namespace {

bool may_run(const UnitPlan& plan) {
    return plan.enabled && !plan.cannot_run;
}

/// For each unit that was spawned, the lives of what it depends on as they were then.
using LivesByName = std::map<std::string, std::map<std::string, std::uint64_t>>;

}  // namespace

void Fleet::adopt(FleetUpdate update, std::uint64_t seed, Monotonic now) {
    std::set<std::string> known;
    std::set<std::string> could_run;
    std::map<std::string, std::string> schedules;
    for (const Unit& unit : units_) {
        known.insert(unit.plan.name);
        schedules[unit.plan.name] = unit.plan.schedule ? unit.plan.schedule->text : "";
        if (may_run(unit.plan) && !unit.is_leaving) {
            could_run.insert(unit.plan.name);
        }
    }
    rearrange(merged(std::move(update.units), seed));
    for (Unit& unit : units_) {
        const std::string& name = unit.plan.name;
        const NamedCause cause{ChangeCause::configuration, "/agents/" + name};
        if (!known.contains(name)) {
            begin(unit, now);
            if (may_run(unit.plan)) {
                start_in_time(unit, cause, now);
            }
        } else if (unit.is_leaving) {
            unwant(unit, {StopCause::removed, cause.name}, now);
        } else if (!may_run(unit.plan)) {
            if (could_run.contains(name)) {
                unwant(unit, {StopCause::removed, cause.name + "/enabled"}, now);
            }
        } else if (has_process(unit.state) && !could_run.contains(name)) {
            restart(unit, {StopCause::applied, cause.name}, now);  // It was about to go.
        } else if (!could_run.contains(name)) {
            begin(unit, now);
            if (!unit.is_kept_stopped) {
                start_in_time(unit, cause, now);
            }
        } else if (const auto key = update.restart.find(name);
                   key != update.restart.end() && unit.wanted) {
            restart(unit, {StopCause::applied, key->second}, now);
        } else if (unit.state == AgentState::starting && unit.life.started && !unit.life.held) {
            unit.deadline = *unit.life.started + unit.plan.supervision.heartbeat.grace;
        }
        if (could_run.contains(name)) {
            take_new_schedule(unit, schedules[name], now);
        }
    }
}

std::vector<Unit> Fleet::merged(std::vector<UnitPlan> plans, std::uint64_t seed) {
    std::vector<Unit> next;
    next.reserve(plans.size() + units_.size());
    std::set<std::string> stays;
    for (UnitPlan& plan : plans) {
        stays.insert(plan.name);
        const std::size_t number = graph_.find(plan.name);
        if (number < units_.size()) {
            Unit& unit = next.emplace_back(std::move(units_[number]));
            unit.is_leaving = false;
            unit.policy.change(plan.supervision);
            unit.plan = std::move(plan);
        } else {
            const std::uint64_t own_seed = jitter_seed(seed, plan.name);
            next.emplace_back(std::move(plan), own_seed);
        }
    }
    for (std::size_t number = 0; number < units_.size(); ++number) {
        if (!stays.contains(numbered_[number])) {
            units_[number].is_leaving = true;
            next.push_back(std::move(units_[number]));
        }
    }
    return next;
}

void Fleet::rearrange(std::vector<Unit> units) {
    LivesByName lives;
    std::map<std::string, std::uint64_t> now_alive;
    std::set<std::string> names;
    for (const Unit& unit : units) {
        names.insert(unit.plan.name);
        now_alive[unit.plan.name] = unit.lives;
        const std::size_t before = graph_.find(unit.plan.name);
        for (std::size_t edge = 0; edge < unit.lives_of_dependencies.size(); ++edge) {
            const std::size_t dependency = graph_.dependencies_of(before)[edge].unit;
            lives[unit.plan.name][numbered_[dependency]] = unit.lives_of_dependencies[edge];
        }
    }
    std::vector<UnitPlan> plans;
    for (Unit& unit : units) {
        if (unit.is_leaving) {
            std::erase_if(unit.plan.dependencies, [&names](const Dependency& dependency) {
                return !names.contains(dependency.agent);
            });
        }
        plans.push_back(unit.plan);
    }
    auto graph = graph_of(plans);
    if (!graph) {
        return;  // Unreachable: the new plans form a graph, and nothing depends on those that go.
    }
    graph_ = std::move(graph.value());
    units_ = std::move(units);
    note_names();
    for (Unit& unit : units_) {
        if (unit.lives_of_dependencies.empty()) {
            continue;  // It was never spawned.
        }
        unit.lives_of_dependencies.clear();
        for (const DependencyGraph::Edge& edge : graph_.dependencies_of(number_of(unit))) {
            const auto& known = lives[unit.plan.name];
            const auto life = known.find(numbered_[edge.unit]);
            unit.lives_of_dependencies.push_back(
                life == known.end() ? now_alive[numbered_[edge.unit]] : life->second);
        }
    }
}

bool Fleet::let_go(Monotonic now) {
    bool is_any_gone = false;
    for (Unit& unit : units_) {
        const bool is_disabled_now = !unit.plan.enabled && unit.state != AgentState::disabled;
        if (is_disabled_now && !has_process(unit.state)) {
            begin(unit, now);
        }
        is_any_gone = is_any_gone || (unit.is_leaving && !has_process(unit.state));
    }
    if (is_any_gone) {
        std::vector<Unit> rest;
        for (Unit& unit : units_) {
            if (!unit.is_leaving || has_process(unit.state)) {
                rest.push_back(std::move(unit));
            }
        }
        rearrange(std::move(rest));
    }
    return is_any_gone;
}

void Fleet::note_names() {
    numbered_.clear();
    for (const Unit& unit : units_) {
        numbered_.push_back(unit.plan.name);
    }
}

bool FleetSupervisor::is_resting(const std::string& name) const {
    const std::size_t number = fleet_->graph().find(name);
    return number < names_.size() && !fleet_->units()[number].wanted;
}

Result<void> FleetSupervisor::apply(FleetUpdate update, Monotonic now) {
    if (fleet_->is_shutting_down()) {
        return Error{ErrorKind::unavailable, "The fleet is shutting down."};
    }
    if (const auto graph = graph_of(update.units); !graph) {
        return graph.error();
    }
    handle(now, [this, now, &update] {
        fleet_->adopt(std::move(update), jitter_seed_, now);
        names_ = fleet_->names();
    });
    return success();
}

}  // namespace drover
