#include "runner/timer_table.hpp"

#include <algorithm>

namespace drover {

void TimerTable::set(std::uint64_t id, std::int64_t due, std::int64_t period) {
    const Timer timer{id, due, period, round_};
    const auto found = std::ranges::find(timers_, id, &Timer::id);
    if (found == timers_.end()) {
        timers_.push_back(timer);
    } else {
        *found = timer;
    }
}

bool TimerTable::cancel(std::uint64_t id) {
    return std::erase_if(timers_, [id](const Timer& timer) { return timer.id == id; }) > 0;
}

void TimerTable::shift(std::int64_t by) {
    for (Timer& timer : timers_) {
        // A time at the very end stays there.
        timer.due = timer.due > none - by ? none : timer.due + by;
    }
}

std::int64_t TimerTable::next_due() const {
    std::int64_t earliest = none;
    for (const Timer& timer : timers_) {
        earliest = std::min(earliest, timer.due);
    }
    return earliest;
}

std::optional<DueTimer> TimerTable::take_due(std::int64_t now, std::uint64_t round) {
    auto first = timers_.end();
    for (auto timer = timers_.begin(); timer != timers_.end(); ++timer) {
        const bool is_due = timer->due <= now && timer->round < round;
        const bool is_earlier = first == timers_.end() || timer->due < first->due ||
                                (timer->due == first->due && timer->id < first->id);
        if (is_due && is_earlier) {
            first = timer;
        }
    }
    if (first == timers_.end()) {
        return std::nullopt;
    }
    DueTimer due{first->id, first->due, 0};
    if (first->period <= 0) {
        timers_.erase(first);
        return due;
    }
    const std::int64_t passed = (now - first->due) / first->period;
    due.missed = static_cast<std::uint32_t>(std::min<std::int64_t>(passed, UINT32_MAX));
    first->due += (passed + 1) * first->period;
    first->round = round;
    return due;
}

}  // namespace drover
