/// The sentences that say why a unit is in its state and what happens next.
#pragma once

#include <span>
#include <string>

#include "supervisor/unit.hpp"

namespace drover {

/// "6 ms", "4.1 s", "5 min", "2 h 5 min"
[[nodiscard]] std::string duration_text(Nanoseconds duration);

/// "it has failed; SIGTERM in 10 s": two clauses of a reason. A full stop between them is left out,
/// and so is what is empty.
[[nodiscard]] std::string joined(const std::string& left, const std::string& right);

/// One thing that a waiting unit still needs, or a unit that must end first.
struct Obstacle {
    std::string name;
    std::string need;  ///< What it must do, as "to be healthy"; empty for one that must end.
    AgentState state = AgentState::stopped;
};

/// "to be healthy"
[[nodiscard]] std::string need_text(DependencyCondition condition);

/// "waiting for broker to be healthy (it is backing_off)"
[[nodiscard]] std::string waiting_text(std::span<const Obstacle> missing);

/// How the life that ended did so: "hung: a callback ran for 2.1 s; killed by SIGABRT after 9 s"
[[nodiscard]] std::string end_text(const UnitLife& life);

/// Why a unit is asked to stop: "a person stops it".
[[nodiscard]] std::string cause_text(const Unit& unit);

/// Why a unit that is stopped is so: "stopped by a person".
[[nodiscard]] std::string stopped_text(const Unit& unit);

/// The unit's whole reason at `now`; never empty. `missing` is what a waiting unit still needs and
/// `blocking` who must end before a unit with `stop_pending` is asked to stop.
[[nodiscard]] std::string reason_of(const Unit& unit,
                                    std::span<const Obstacle> missing,
                                    std::span<const Obstacle> blocking,
                                    Monotonic now);

}  // namespace drover
