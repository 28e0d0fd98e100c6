/// When the kill switch of a recorded fleet was moved, as far as the callbacks that saw it tell.
#pragma once

#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "recording/entry.hpp"

namespace drover {

/// One thread.
class GateChanges {
public:
    /// A callback of a life saw the switch otherwise than the life's callback before it.
    void seen(EntryKind callback, std::int64_t time, bool engaged);
    /// Something gated was published at this time.
    void let_through(std::int64_t time) { let_through_.insert(time); }

    /// Each change with the time at which a simulation is to make it: before the instant in which
    /// it was first seen, so that all of that instant sees it. Behind it where something gated was
    /// still let through then, or where only a life saw it that began.
    [[nodiscard]] std::vector<std::pair<std::int64_t, bool>> moves() const;

private:
    struct Seen {
        std::int64_t time = 0;
        bool engaged = false;
        bool at_beginning = false;
    };
    std::vector<Seen> seen_;
    std::set<std::int64_t> let_through_;
};

}  // namespace drover
