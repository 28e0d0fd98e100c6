/// Questions about one unit.
#include "supervisor/unit.hpp"

#include <utility>

namespace drover {

Unit::Unit(UnitPlan with_plan, std::uint64_t seed)
    : plan(std::move(with_plan)), policy(plan.supervision, seed) {}

bool does_its_work(const Unit& unit) {
    return unit.state == AgentState::running &&
           (unit.health == AgentHealth::healthy || unit.health == AgentHealth::degraded);
}

bool is_lost(const Unit& unit) {
    return unit.state == AgentState::disabled ||
           (unit.state == AgentState::failed && !unit.deadline);
}

}  // namespace drover
