/// What `drover apply` does: which agents a new agents.yaml adds, restarts, changes while they run,
/// removes and leaves alone, and for which keys.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "fleet/fleet.hpp"

namespace drover {

/// One agent, or the router, and the keys of agents.yaml that are the cause, as JSON pointers:
/// "/agents/risk/config/limits/max_position".
struct PlannedChange {
    std::string name;
    std::vector<std::string> keys;
};

/// Each agent of either file stands in exactly one list, in the order of the new file, removed ones
/// in that of the old one; the router stands in `restart` or `untouched`.
struct FleetPlan {
    std::vector<PlannedChange> add;          ///< New, or enabled now: started if enabled.
    std::vector<PlannedChange> restart;      ///< Stopped in order and started with the new values.
    std::vector<PlannedChange> live_update;  ///< Takes the new values without a restart.
    std::vector<PlannedChange> remove;       ///< Gone, or disabled now: stopped.
    std::vector<std::string> untouched;
    /// Keys that are droverd's own matter and hold at once.
    std::vector<std::string> at_once;
    /// Keys that droverd reads only when it starts; they do not hold before the next `up`.
    std::vector<std::string> at_next_up;

    [[nodiscard]] bool changes_nothing() const {
        return add.empty() && restart.empty() && live_update.empty() && remove.empty() &&
               at_once.empty();
    }
};

/// Compares every key of both fleets, which must be free of faults. Agents in `resting` were
/// stopped by a person and stay so: what would restart them is a live update. Pure, and below 5 ms
/// for fifty agents.
[[nodiscard]] FleetPlan plan_changes(const PreparedFleet& running,
                                     const PreparedFleet& wanted,
                                     const std::set<std::string>& resting);

/// The document of `drover apply -o json`: a key each list.
[[nodiscard]] Json to_json(const FleetPlan& plan);

/// "adds 1, restarts 1 (risk: /agents/risk/config/units), leaves 48 alone", for the record.
[[nodiscard]] std::string summary_of(const FleetPlan& plan);

}  // namespace drover
