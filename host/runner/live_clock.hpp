/// The clock of an agent of a live fleet: the wall clock, but for how it is set.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/clock.hpp"

namespace drover {

/// Never goes back and never stands still. Where the wall clock was set ahead it follows, and says
/// by how much, so that timers can stay where they are on the monotonic clock. Where the wall clock
/// was set back it goes on from where it was, at the pace of the monotonic clock, ahead of the wall
/// clock as long as the process lives. One thread.
class LiveClock {
public:
    /// What is less than this is the clock being slewed.
    static constexpr std::chrono::milliseconds least_jump{500};

    struct Reading {
        std::int64_t now = 0;   ///< Nanoseconds since 1970-01-01T00:00:00Z.
        std::int64_t jump = 0;  ///< By how much it was set ahead since the last reading.
    };
    /// Takes both clocks as they stand. Where they seem to have been set, it reads them again: the
    /// process may have waited for a processor between the one and the other.
    [[nodiscard]] Reading read(Monotonic monotonic, std::int64_t wall);
    /// The same, with no look of its own at any clock.
    [[nodiscard]] Reading take(Monotonic monotonic, std::int64_t wall);

    /// When it will read `time`, but at most a minute after the last reading: a time far away is no
    /// moment of the monotonic clock. Before the first reading at once.
    [[nodiscard]] Monotonic when(std::int64_t time) const;

private:
    /// What it would read now if nobody had set the wall clock.
    [[nodiscard]] std::int64_t expected_at(Monotonic monotonic) const;
    [[nodiscard]] bool seems_set(Monotonic monotonic, std::int64_t wall) const;

    struct Last {
        Monotonic monotonic{};
        std::int64_t time = 0;
    };
    std::optional<Last> last_;
};

}  // namespace drover
