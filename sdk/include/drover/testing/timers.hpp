/// The timers of one agent on a clock that the test turns.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>

namespace drover::testing {

/// One call of on_timer that is due.
struct DueTimer {
    std::uint64_t id;
    std::int64_t due;      ///< The time it was set for; ns since the epoch.
    std::uint32_t missed;  ///< Further periods that have passed by now.
};

/// Not safe for threads: timers belong to the agent thread.
class Timers {
public:
    /// `period` of 0 fires once. An id that runs already is moved.
    void set(std::uint64_t id, std::int64_t due, std::int64_t period) {
        timers_[id] = Timer{due, period, round_};
    }
    /// Returns false where no such timer runs.
    bool cancel(std::uint64_t id) { return timers_.erase(id) != 0; }

    /// When the next timer fires, if any runs.
    [[nodiscard]] std::optional<std::int64_t> next_due() const {
        const auto next = earliest(latest, round_ + 1);
        return next == timers_.end() ? std::nullopt : std::optional(next->second.due);
    }

    /// Takes the earliest timer that is due at `now`, of equals the one with the lowest id. One
    /// that was set while others fire waits until those have. A periodic one is set for its next
    /// period after `now`.
    std::optional<DueTimer> take_due(std::int64_t now) {
        auto next = earliest(now, round_);
        if (next == timers_.end()) {
            next = earliest(now, ++round_);
        }
        if (next == timers_.end()) {
            return std::nullopt;
        }
        const std::uint64_t id = next->first;
        const Timer timer = next->second;
        timers_.erase(next);
        if (timer.period == 0) {
            return DueTimer{id, timer.due, 0};
        }
        // Unsigned, because a due time far in the past may lie further back than an int64 can say.
        const std::uint64_t late =
            static_cast<std::uint64_t>(now) - static_cast<std::uint64_t>(timer.due);
        const auto period = static_cast<std::uint64_t>(timer.period);
        const std::uint64_t until_next = period - late % period;
        if (until_next <= static_cast<std::uint64_t>(latest) - static_cast<std::uint64_t>(now)) {
            set(id, now + static_cast<std::int64_t>(until_next), timer.period);
        }
        const std::uint64_t missed = late / period;
        constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
        return DueTimer{id, timer.due, static_cast<std::uint32_t>(missed < most ? missed : most)};
    }

private:
    struct Timer {
        std::int64_t due = 0;
        std::int64_t period = 0;
        std::uint64_t round = 0;  ///< In which it was set; it fires in a later one.
    };
    using Map = std::map<std::uint64_t, Timer>;

    static constexpr std::int64_t latest = std::numeric_limits<std::int64_t>::max();

    /// The earliest timer that is due at `now` and was set before `round`.
    [[nodiscard]] Map::const_iterator earliest(std::int64_t now, std::uint64_t round) const {
        auto best = timers_.end();
        for (auto timer = timers_.begin(); timer != timers_.end(); ++timer) {
            const bool is_due = timer->second.due <= now && timer->second.round < round;
            if (is_due && (best == timers_.end() || timer->second.due < best->second.due)) {
                best = timer;
            }
        }
        return best;
    }

    Map timers_;
    std::uint64_t round_ = 0;
};

}  // namespace drover::testing
