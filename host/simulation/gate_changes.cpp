#include "simulation/gate_changes.hpp"

#include <algorithm>

namespace drover {

void GateChanges::seen(EntryKind callback, std::int64_t time, bool engaged) {
    seen_.push_back({time, engaged, callback <= EntryKind::stop});
}

std::vector<std::pair<std::int64_t, bool>> GateChanges::moves() const {
    std::vector<std::pair<std::int64_t, bool>> placed;
    for (const Seen& seen : seen_) {
        const bool is_behind =
            seen.at_beginning || (seen.engaged && let_through_.contains(seen.time));
        placed.emplace_back(is_behind ? seen.time : seen.time - 1, seen.engaged);
    }
    std::ranges::stable_sort(placed, {}, [](const auto& each) { return each.first; });
    bool is_engaged = false;
    std::erase_if(placed, [&](const auto& each) {
        return each.second == std::exchange(is_engaged, each.second);
    });
    return placed;
}

}  // namespace drover
