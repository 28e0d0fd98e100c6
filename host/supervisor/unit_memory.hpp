/// All that is remembered of a unit, as JSON: for another supervisor that goes on with it. Internal
/// to the supervisor room; FleetSupervisor::memory_of and ::resume are its face.
#pragma once

#include "base/json.hpp"
#include "supervisor/unit.hpp"

namespace drover {

/// Everything but its plan, which comes from agents.yaml. Times are on the monotonic clock, which
/// all processes of one boot share; words of the lifecycle are the enumerators' numbers, so that
/// who inserts one raises `hand_over_format`.
[[nodiscard]] Json memory_of(const Unit& unit);

/// The other way: `unit` has its plan and seed and nothing else. What is missing keeps its value.
void remember(Unit& unit, const Json& memory);

}  // namespace drover
