/// How long callbacks take, with no more readings of the clock than that needs.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/clock.hpp"

namespace drover {

/// Where callbacks follow each other at once, the end of one is the beginning of the next. One
/// thread.
class CallbackClock {
public:
    /// What was measured so far.
    struct Times {
        std::uint64_t count = 0;
        std::int64_t nanoseconds = 0;  ///< Each with the cost of one reading of the clock.
    };

    /// From now on, or no longer, callbacks follow each other at once.
    void hold(bool is_held) {
        is_held_ = is_held;
        is_fresh_ = false;
    }
    /// Something has taken time since the last callback.
    void interrupt() { is_fresh_ = false; }

    /// What the time is: while held, when the last callback ended.
    [[nodiscard]] Monotonic now() const { return is_fresh_ ? last_ : monotonic_now(); }
    /// A callback that began then, by `now`, has ended. Returns how long it took, in ns.
    std::int64_t end(std::int64_t began) {
        last_ = monotonic_now();
        is_fresh_ = is_held_;
        const std::int64_t took = last_.time_since_epoch().count() - began;
        ++times_.count;
        times_.nanoseconds += took;
        return took;
    }
    [[nodiscard]] const Times& times() const { return times_; }

private:
    Monotonic last_{};
    bool is_held_ = false;
    bool is_fresh_ = false;
    Times times_;
};

}  // namespace drover
