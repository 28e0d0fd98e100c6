// What the pattern recognition agent says of ATR levels, in words and as
// records.
#include "pattern_recognition/level_text.hpp"

#include <array>
#include <cstdio>

#include <drover/text.hpp>

#include "indicators/reason_text.hpp"

namespace drover {

namespace {

const char* trend_name(Trend trend) {
    for (const drover_enumerator& named : trend_names) {
        if (named.value == static_cast<std::int64_t>(trend)) {
            return named.name;
        }
    }
    return "unknown";
}

/// At most 70 % of the average is a quiet period so far, from 90 % on most of
/// it is used up.
const char* range_word(double percent) {
    constexpr double low = 70;
    constexpr double high = 90;
    return percent <= low ? "low" : percent >= high ? "high" : "middle";
}

std::string multiple_text(double multiple) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%+g", multiple);
    return text.data();
}

std::string price_text(std::int64_t units) {
    return average_text(static_cast<double>(units) / 1e9);
}

std::string touch_reason(const AtrLevels& levels,
                         const LevelTouch& touch,
                         const PriceTrend& trend,
                         const drover_bar& bar) {
    const double percent = levels.range_percent();
    std::array<char, 16> range{};
    std::snprintf(range.data(), range.size(), "%.0f", percent);
    return std::string(period_name(levels.mode())) + " level " +
           multiple_text(touch.level.multiple()) + " ATR at " + price_text(touch.price) +
           (touch.is_jumped_over ? " jumped over" : " touched") + " on " + bar_label(bar) +
           ": last close " + price_text(levels.last_close()) + ", ATR " +
           average_text(levels.average_range()) + ", range " + range.data() + " % (" +
           range_word(percent) + "), trend " + trend_name(trend.trend());
}

}  // namespace

LevelsRecord levels_record(const AtrLevels& levels,
                           const PriceTrend& trend,
                           const drover_bar& bar) {
    LevelsRecord record{};
    set_text(record.symbol, text_of(bar.symbol));
    set_text(record.interval, text_of(bar.interval));
    set_text(record.mode, period_name(levels.mode()));
    record.period_start = levels.running_period();
    record.last_close = levels.last_close();
    record.average_range = levels.average_range();
    record.range_percent = levels.range_percent();
    record.trend = static_cast<std::int32_t>(trend.trend());
    for (std::size_t index = 0; index < atr_level_count; ++index) {
        record.multiples[index] = AtrLevel{index, true}.multiple();
        record.above[index] = levels.price({index, true});
        record.below[index] = levels.price({index, false});
    }
    return record;
}

drover_signal touch_signal(const AtrLevels& levels,
                           const LevelTouch& touch,
                           const PriceTrend& trend,
                           const drover_bar& bar) {
    drover_signal signal{};
    set_text(signal.symbol, text_of(bar.symbol));
    set_text(signal.interval, text_of(bar.interval));
    set_text(signal.pattern, std::string("atr_level_") + period_name(levels.mode()));
    signal.price = bar.close;
    signal.fast = static_cast<double>(touch.price) / 1e9;
    signal.slow = touch.level.multiple();
    signal.direction = DROVER_DIRECTION_NONE;
    set_text(signal.reason, touch_reason(levels, touch, trend, bar));
    return signal;
}

std::string missing_levels_text(const AtrLevels& levels) {
    const std::string mode = period_name(levels.mode());
    if (levels.has_too_long_bars()) {
        return "no " + mode + " levels: its bars are longer than a period";
    }
    if (levels.periods_known() < levels.periods_needed()) {
        return "no " + mode + " levels: " + std::to_string(levels.periods_known()) + " of " +
               std::to_string(levels.periods_needed()) + " completed periods are known";
    }
    return "no " + mode + " levels: the price has not moved";
}

}  // namespace drover
