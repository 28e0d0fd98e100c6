/// How a fleet is handed from one supervisor to the next.
#include <set>
#include <utility>

#include "base/json_value.hpp"
#include "supervisor/fleet.hpp"
#include "supervisor/fleet_supervisor.hpp"
#include "supervisor/unit_memory.hpp"

namespace drover {

Json FleetSupervisor::memory_of(const std::string& name) const {
    const std::size_t number = fleet_->graph().find(name);
    return number < names_.size() ? drover::memory_of(fleet_->units()[number]) : Json::object();
}

std::vector<std::string> FleetSupervisor::take_touched() {
    const std::set<std::string> touched = std::exchange(touched_, {});
    if (std::exchange(are_all_touched_, false)) {
        return names_;
    }
    return {touched.begin(), touched.end()};
}

Result<void> FleetSupervisor::resume(const std::map<std::string, Json>& memories, Monotonic now) {
    std::vector<std::size_t> unknown;
    try {
        for (std::size_t number = 0; number < names_.size(); ++number) {
            const auto memory = memories.find(names_[number]);
            Unit& unit = fleet_->units()[number];
            if (memory == memories.end()) {
                unknown.push_back(number);
            } else {
                fleet_->go_on(unit, memory->second);
            }
        }
    } catch (const Json::exception& fault) {
        return Error{ErrorKind::invalid,
                     std::string("What the last supervisor knew of an agent cannot be "
                                 "understood: ") +
                         fault.what() + "."};
    }
    handle(now, [&] { fleet_->begin_to_want(unknown, now); });
    return success();
}

void Fleet::go_on(Unit& unit, const Json& memory) {
    const bool may_run = unit.plan.enabled && !unit.plan.cannot_run;
    const auto state =
        static_cast<AgentState>(value_or(memory, "state", static_cast<int>(AgentState::stopped)));
    if (!may_run && !has_process(state)) {
        return;  // It is what its plan says.
    }
    remember(unit, memory);
    const auto& edges = graph_.dependencies_of(number_of(unit));
    if (unit.lives_of_dependencies.size() != edges.size() && unit.lives > 0) {
        // Another file: what its dependencies have lived through is not counted against it.
        unit.lives_of_dependencies.clear();
        for (const DependencyGraph::Edge& edge : edges) {
            unit.lives_of_dependencies.push_back(units_[edge.unit].lives);
        }
    }
}

}  // namespace drover
