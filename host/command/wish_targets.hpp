/// Whom a wish is for: names, groups, and those that depend on them.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "command/fleet_snapshot.hpp"

namespace drover {

/// Which agents a person meant.
struct WishTargets {
    std::vector<std::string> names;
    std::vector<std::string> groups;
    bool with_dependents = false;
};

/// The names and the members of the groups, each once, in the order in which they start: who is
/// depended on comes first. Unknown names stay, for droverd to refuse. Fails with `not_found` for
/// a group that no agent is in.
[[nodiscard]] Result<std::vector<std::string>> names_of(const WishTargets& targets,
                                                        const FleetSnapshot& fleet);

/// Every agent that is expected to run, in the order in which they start.
[[nodiscard]] std::vector<std::string> names_of_all(const FleetSnapshot& fleet);

}  // namespace drover
