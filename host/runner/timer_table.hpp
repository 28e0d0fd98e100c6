/// The timers of one agent.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace drover {

/// One expiry to be told to the agent.
struct DueTimer {
    std::uint64_t id = 0;
    std::int64_t due = 0;
    std::uint32_t missed = 0;  ///< Periods that passed unserved.
};

/// Timers by id; few per agent, so a plain row is searched. One thread.
class TimerTable {
public:
    static constexpr std::int64_t none = std::numeric_limits<std::int64_t>::max();

    void set(std::uint64_t id, std::int64_t due, std::int64_t period);
    /// Returns false where no such timer runs.
    bool cancel(std::uint64_t id);
    void clear() { timers_.clear(); }
    /// Moves all due times by so much: what they are measured by was set.
    void shift(std::int64_t by);

    /// The earliest due time, `none` without a timer.
    [[nodiscard]] std::int64_t next_due() const;

    /// Takes the earliest timer due at or before `now` that was set before this `round` began, and
    /// sets its next period. Equal due times go in the order of their ids. A timer that is set
    /// while a round is served waits for the next round, so that a round always ends.
    [[nodiscard]] std::optional<DueTimer> take_due(std::int64_t now, std::uint64_t round);
    [[nodiscard]] std::uint64_t begin_round() { return ++round_; }

private:
    struct Timer {
        std::uint64_t id;
        std::int64_t due;
        std::int64_t period;
        std::uint64_t round;  ///< The round during which it was set.
    };
    std::vector<Timer> timers_;
    std::uint64_t round_ = 0;
};

}  // namespace drover
