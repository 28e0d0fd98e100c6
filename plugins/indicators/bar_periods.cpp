// The periods that bars are gathered into, by session date.
#include "indicators/bar_periods.hpp"

#include <array>
#include <cstddef>

namespace drover {

namespace {

constexpr std::int64_t nanoseconds_a_day = 86'400'000'000'000;
constexpr std::int64_t days_a_week = 7;
/// 1970-01-01 was a Thursday: three days after a Monday.
constexpr std::int64_t days_since_monday = 3;

constexpr std::array mode_names{"day", "multiday"};

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
    return value / by - (value % by < 0 ? 1 : 0);
}

}  // namespace

std::optional<PeriodMode> period_mode(std::string_view name) {
    for (std::size_t index = 0; index < mode_names.size(); ++index) {
        if (name == mode_names[index]) {
            return static_cast<PeriodMode>(index);
        }
    }
    return std::nullopt;
}

const char* period_name(PeriodMode mode) {
    return mode_names[static_cast<std::size_t>(mode)];
}

std::int64_t period_start(PeriodMode mode, std::int64_t open_time) {
    const std::int64_t day = floor_divide(open_time, nanoseconds_a_day);
    if (mode == PeriodMode::day) {
        return day * nanoseconds_a_day;
    }
    const std::int64_t week = floor_divide(day + days_since_monday, days_a_week);
    return (week * days_a_week - days_since_monday) * nanoseconds_a_day;
}

std::int64_t session_date(std::int64_t open_time) {
    return period_start(PeriodMode::day, open_time);
}

std::int64_t period_length(PeriodMode mode) {
    return mode == PeriodMode::day ? nanoseconds_a_day : days_a_week * nanoseconds_a_day;
}

}  // namespace drover
