#include "runner/live_clock.hpp"

#include <algorithm>
#include <cstdlib>

namespace drover {
namespace {

constexpr std::int64_t least_jump_ns = std::chrono::nanoseconds(LiveClock::least_jump).count();

}  // namespace

LiveClock::Reading LiveClock::read(Monotonic monotonic, std::int64_t wall) {
    constexpr auto at_once = std::chrono::milliseconds(1);
    constexpr int most_looks = 100;
    bool is_certain = !seems_set(monotonic, wall);
    for (int look = 0; look < most_looks && !is_certain; ++look) {
        monotonic = monotonic_now();
        wall = wall_now();
        is_certain = monotonic_now() - monotonic < at_once;
    }
    return take(monotonic, wall);
}

LiveClock::Reading LiveClock::take(Monotonic monotonic, std::int64_t wall) {
    Reading reading{wall, 0};
    if (last_) {
        const std::int64_t expected = expected_at(monotonic);
        const bool is_set = seems_set(monotonic, wall);
        if (is_set && wall > expected) {
            reading.jump = wall - expected;
        } else if (is_set) {
            reading.now = expected;
        }
        reading.now = std::max(reading.now, last_->time);
        monotonic = std::max(monotonic, last_->monotonic);
    }
    last_ = Last{monotonic, reading.now};
    return reading;
}

Monotonic LiveClock::when(std::int64_t time) const {
    if (!last_) {
        return Monotonic::min();
    }
    constexpr std::int64_t longest = 60'000'000'000;
    // A time at either end must not overflow the difference.
    const std::int64_t within = std::clamp(time, last_->time, last_->time + longest);
    return last_->monotonic + std::chrono::nanoseconds(within - last_->time);
}

std::int64_t LiveClock::expected_at(Monotonic monotonic) const {
    const std::chrono::nanoseconds passed = monotonic - last_->monotonic;
    return last_->time + std::max<std::int64_t>(passed.count(), 0);
}

bool LiveClock::seems_set(Monotonic monotonic, std::int64_t wall) const {
    return last_ && std::abs(wall - expected_at(monotonic)) >= least_jump_ns;
}

}  // namespace drover
