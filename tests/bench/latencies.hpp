/// Latencies of one receiver, gathered while it runs and written down at its end.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <sys/prctl.h>

#include "bench/stamp_sheet.h"

namespace drover::bench {

/// What a paced tick says of itself, in Tick::values.
enum PacedValue : std::size_t { published_value = 0, due_value = 1, end_value = 2 };

/// A sleep of this thread ends when it should and not up to 50 µs later, which is what Linux allows
/// itself by default.
inline void sleep_exactly() {
    ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
}

/// Of the messages before a given one; all are counted.
class Latencies {
public:
    void expect(std::uint64_t timed) {
        timed_ = timed;
        latencies_.reserve(static_cast<std::size_t>(timed));
        lateness_.reserve(static_cast<std::size_t>(timed));
    }
    void add(std::uint64_t number, std::int64_t now, std::uint64_t published, std::uint64_t due) {
        ++received_;
        if (number < timed_ && latencies_.size() < latencies_.capacity()) {
            latencies_.push_back(now - static_cast<std::int64_t>(published));
            lateness_.push_back(now - static_cast<std::int64_t>(due));
        }
    }
    /// Stamps everything; `sent` messages should have come.
    void write(bench_sheet* sheet, std::uint32_t receiver, std::int64_t sent) {
        const std::int64_t now = bench_now();
        const auto stamp = [&](bench_finding finding, std::int64_t value, std::int64_t more) {
            bench_stamp_at(sheet, bench_kind_of(receiver, finding), now, value, more);
        };
        stamp(BENCH_LATENCY, rank(latencies_, 50), rank(latencies_, 99));
        stamp(BENCH_LATENESS, rank(lateness_, 50), rank(lateness_, 99));
        stamp(BENCH_MESSAGES, received_, sent - received_);  // Last: all is there.
    }

private:
    /// The nearest rank.
    static std::int64_t rank(std::vector<std::int64_t>& values, std::size_t percent) {
        constexpr std::size_t all = 100;
        if (values.empty()) {
            return 0;
        }
        const std::size_t place = (values.size() * percent + all - 1) / all - 1;
        const auto found = values.begin() + static_cast<std::ptrdiff_t>(place);
        std::ranges::nth_element(values, found);
        return *found;
    }

    std::uint64_t timed_ = 0;
    std::int64_t received_ = 0;
    std::vector<std::int64_t> latencies_;
    std::vector<std::int64_t> lateness_;
};

/// How many messages are due `elapsed` ns after the first one.
inline std::uint64_t messages_due(std::int64_t elapsed, double messages_a_second) {
    constexpr double nanoseconds = 1e9;
    return static_cast<std::uint64_t>(static_cast<double>(elapsed) * messages_a_second /
                                      nanoseconds) +
           1;
}
/// The moment, counted from the first, at which the message of this number (from 0) is due.
inline std::int64_t due_after(std::uint64_t number, double messages_a_second) {
    constexpr double nanoseconds = 1e9;
    return static_cast<std::int64_t>(static_cast<double>(number) * nanoseconds / messages_a_second);
}

/// Between two looks at what is due.
inline constexpr std::int64_t pacing = 250'000;  // ns

}  // namespace drover::bench
