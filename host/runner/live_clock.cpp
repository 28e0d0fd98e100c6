#include "runner/live_clock.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <utility>

namespace drover {
namespace {

constexpr std::int64_t least_jump_ns = std::chrono::nanoseconds(LiveClock::least_jump).count();
constexpr std::int64_t end_of_times = std::numeric_limits<std::int64_t>::max();

}  // namespace

LiveClock::LiveClock(MachineClocks clocks, std::int64_t earliest) : clocks_(std::move(clocks)) {
    const Moment moment = look();
    monotonic_ = moment.monotonic;
    time_ = std::max(moment.wall, earliest);
    ahead_ = time_ - moment.wall;
}

LiveClock::Reading LiveClock::read(Monotonic monotonic) {
    Moment moment{monotonic, clocks_.wall()};
    if (seems_set(moment)) {
        moment = look();
    }
    Reading reading{moment.wall, 0};
    if (seems_set(moment)) {
        const std::int64_t expected = expected_at(moment.monotonic);
        reading.jump = std::max<std::int64_t>(moment.wall - expected, 0);
        reading.now = std::max(moment.wall, expected);
    }
    reading.now = std::max(reading.now, time_);
    monotonic_ = std::max(monotonic_, moment.monotonic);
    time_ = reading.now;
    ahead_ = time_ - moment.wall;
    return reading;
}

LiveClock::Moment LiveClock::look() const {
    constexpr auto at_once = std::chrono::milliseconds(1);
    constexpr int most_looks = 100;
    Moment moment;
    for (int looks = 0; looks < most_looks; ++looks) {
        moment = {clocks_.monotonic(), clocks_.wall()};
        if (clocks_.monotonic() - moment.monotonic < at_once) {
            break;
        }
    }
    return moment;
}

Monotonic LiveClock::when(std::int64_t time) const {
    constexpr std::int64_t longest = 60'000'000'000;
    // A time at either end must not overflow the difference.
    const std::int64_t within = std::clamp(time, time_, time_ + longest);
    return monotonic_ + std::chrono::nanoseconds(within - time_);
}

std::int64_t LiveClock::from_wall(std::int64_t wall) const {
    return wall > end_of_times - ahead_ ? end_of_times : wall + ahead_;
}

std::int64_t LiveClock::to_wall(std::int64_t time) const {
    return time == end_of_times ? end_of_times : time - ahead_;
}

std::int64_t LiveClock::expected_at(Monotonic monotonic) const {
    const std::chrono::nanoseconds passed = monotonic - monotonic_;
    return time_ + std::max<std::int64_t>(passed.count(), 0);
}

bool LiveClock::seems_set(const Moment& moment) const {
    return std::abs(moment.wall - expected_at(moment.monotonic)) >= least_jump_ns;
}

}  // namespace drover
