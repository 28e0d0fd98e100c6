/// The clock of an agent of a live fleet: the wall clock, but for how it is set.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "base/clock.hpp"

namespace drover {

/// How the machine's clocks are read.
struct MachineClocks {
    std::function<Monotonic()> monotonic = monotonic_now;
    std::function<std::int64_t()> wall = wall_now;
};

/// Never goes back. Where the wall clock was set ahead it follows, and says by how much, so that
/// timers can stay where they are on the monotonic clock. Where the wall clock was set back it goes
/// on from where it was, at the pace of the monotonic clock, ahead of the wall clock as long as the
/// process lives; only a step below `least_jump` is waited for. One thread.
class LiveClock {
public:
    /// What is less than this is the clock being slewed.
    static constexpr std::chrono::milliseconds least_jump{500};

    /// Begins with the wall clock, but not before `earliest`.
    explicit LiveClock(MachineClocks clocks, std::int64_t earliest = 0);

    struct Reading {
        std::int64_t now = 0;   ///< Nanoseconds since 1970-01-01T00:00:00Z.
        std::int64_t jump = 0;  ///< By how much it was set ahead since the last reading.
    };
    /// Reads the wall clock; `monotonic` was read by the caller, not long ago. Where the two seem
    /// to have been set, it reads both again: the process may have waited for a processor between
    /// the one and the other.
    [[nodiscard]] Reading read(Monotonic monotonic);

    /// When it will read `time`, but at most a minute after the last reading: a time far away is no
    /// moment of the monotonic clock.
    [[nodiscard]] Monotonic when(std::int64_t time) const;

    /// What it reads when the wall clock reads `wall`, as the two stood at the last reading, and
    /// the other way round. A time at the end of all times stays there.
    [[nodiscard]] std::int64_t from_wall(std::int64_t wall) const;
    [[nodiscard]] std::int64_t to_wall(std::int64_t time) const;

private:
    struct Moment {
        Monotonic monotonic{};
        std::int64_t wall = 0;
    };
    /// Both clocks as they stand together.
    [[nodiscard]] Moment look() const;
    /// What it would read now if nobody had set the wall clock.
    [[nodiscard]] std::int64_t expected_at(Monotonic monotonic) const;
    [[nodiscard]] bool seems_set(const Moment& moment) const;

    MachineClocks clocks_;
    Monotonic monotonic_{};   ///< When it was read last.
    std::int64_t time_ = 0;   ///< What it read then.
    std::int64_t ahead_ = 0;  ///< Of the wall clock, then; never below 0.
};

}  // namespace drover
