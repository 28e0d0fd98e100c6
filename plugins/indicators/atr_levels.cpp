// The ATR levels of one symbol in one period mode, and when the price first
// touches them.
#include "indicators/atr_levels.hpp"

#include <algorithm>
#include <cmath>

namespace drover {

namespace {

constexpr double price_units = 1e9;
/// Beyond it a level is further away than any price can be.
constexpr double longest_distance = 4e18;

double in_price(std::int64_t units) {
    return static_cast<double>(units) / price_units;
}

std::int64_t saturated_sum(std::int64_t left, std::int64_t right) {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(left, right, &sum)) {
        return right > 0 ? INT64_MAX : INT64_MIN + 1;
    }
    return sum;
}

}  // namespace

void AtrLevels::push(const LevelBar& bar, std::vector<LevelTouch>& touches) {
    has_too_long_bars_ = bar.close_time - bar.open_time > period_length(mode_);
    if (has_too_long_bars_) {
        return;
    }
    const std::int64_t before = running_ ? running_->close : bar.close;
    if (begins_period(bar.open_time)) {
        begin_period(bar, period_start(mode_, bar.open_time));
    } else {
        running_->high = std::max(running_->high, bar.high);
        running_->low = std::min(running_->low, bar.low);
        running_->close = bar.close;
    }
    if (base_) {
        find_touches(std::min(bar.low, before), std::max(bar.high, before), bar, touches);
    }
}

void AtrLevels::begin_period(const LevelBar& bar, std::int64_t start) {
    bool is_whole = true;
    if (running_) {
        complete_period();
    } else {
        is_whole = is_after_loss_ ? bar.open_time == start : session_date(bar.open_time) == start;
        is_after_loss_ = false;
    }
    running_ = Memory::Running{start, bar.high, bar.low, bar.close, is_whole};
}

void AtrLevels::complete_period() {
    base_.reset();
    touched_ = 0;
    if (!running_->is_whole) {
        return;
    }
    average_.push({in_price(running_->high), in_price(running_->low), in_price(running_->close)});
    // A market that never moved has no levels.
    if (average_.is_defined() && average_.value() > 0) {
        base_ = Memory::Base{running_->close, average_.value()};
        place_levels();
    }
}

void AtrLevels::place_levels() {
    for (std::size_t index = 0; index < atr_level_count; ++index) {
        const double multiple = AtrLevel{index, true}.multiple();
        const double distance =
            std::min(multiple * base_->average_range * price_units, longest_distance);
        above_[index] = saturated_sum(base_->last_close, std::llround(distance));
        below_[index] = saturated_sum(base_->last_close, -std::llround(distance));
    }
}

void AtrLevels::find_touches(std::int64_t low,
                             std::int64_t high,
                             const LevelBar& bar,
                             std::vector<LevelTouch>& touches) {
    for (const bool is_above : {true, false}) {
        for (std::size_t index = 0; index < atr_level_count; ++index) {
            const AtrLevel level{index, is_above};
            const std::int64_t at = price(level);
            // Levels lie further out one by one: the next ones cannot be reached
            // either.
            if (is_above ? at > high : at < low) {
                break;
            }
            const std::uint64_t bit = std::uint64_t{1}
                                      << (index + (is_above ? 0 : atr_level_count));
            if ((touched_ & bit) == 0 && low <= at && at <= high) {
                touched_ |= bit;
                touches.push_back({level, at, at < bar.low || at > bar.high});
            }
        }
    }
}

double AtrLevels::range_percent() const {
    return (in_price(running_->high) - in_price(running_->low)) / base_->average_range * 100;
}

void AtrLevels::restart() {
    average_.restart();
    running_.reset();
    base_.reset();
    touched_ = 0;
    is_after_loss_ = true;
}

void AtrLevels::restore(const Memory& memory) {
    average_.restore(memory.average);
    running_ = memory.running;
    base_ = memory.base;
    if (base_) {
        place_levels();
    }
    touched_ = memory.touched;
    is_after_loss_ = memory.is_after_loss;
}

}  // namespace drover
