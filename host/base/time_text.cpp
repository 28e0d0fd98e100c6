#include "base/time_text.hpp"

#include <array>
#include <charconv>
#include <chrono>

namespace drover {
namespace {

constexpr std::size_t day_length = 10;  // 2000-01-03
constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

/// Takes a number of exactly `digits` digits from the front.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    int value = 0;
    if (text.size() < digits || text.front() < '0' || text.front() > '9') {
        return std::nullopt;
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
    if (error != std::errc() || end != text.data() + digits) {
        return std::nullopt;
    }
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, char letter) {
    const bool is_there = text.starts_with(letter);
    text.remove_prefix(is_there ? 1 : 0);
    return is_there;
}

std::optional<std::chrono::sys_days> take_day(std::string_view& text) {
    const auto year = take_number(text, 4);
    const auto month = year && take(text, '-') ? take_number(text, 2) : std::nullopt;
    const auto day = month && take(text, '-') ? take_number(text, 2) : std::nullopt;
    if (!day) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    return date.ok() ? std::optional(std::chrono::sys_days(date)) : std::nullopt;
}

/// Takes ".5" as 500,000,000; 0 where no point follows.
std::optional<std::int64_t> take_fraction(std::string_view& text) {
    if (!take(text, '.')) {
        return 0;
    }
    std::int64_t unit = nanoseconds_per_second;
    std::int64_t fraction = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9' && unit > 1) {
        unit /= 10;
        fraction += (text.front() - '0') * unit;
        text.remove_prefix(1);
    }
    return unit == nanoseconds_per_second ? std::nullopt : std::optional(fraction);
}

/// Takes "T09:30:00Z"; the nanoseconds since midnight.
std::optional<std::int64_t> take_time(std::string_view& text) {
    constexpr int hours = 24;
    constexpr int sixty = 60;
    const auto hour = take(text, 'T') ? take_number(text, 2) : std::nullopt;
    const auto minute = hour && take(text, ':') ? take_number(text, 2) : std::nullopt;
    const auto second = minute && take(text, ':') ? take_number(text, 2) : std::optional(0);
    const auto fraction = take_fraction(text);
    if (!minute || !second || !fraction || *hour >= hours || *minute >= sixty || *second >= sixty ||
        !take(text, 'Z')) {
        return std::nullopt;
    }
    return ((*hour * sixty + *minute) * std::int64_t{sixty} + *second) * nanoseconds_per_second +
           *fraction;
}

}  // namespace

std::optional<std::int64_t> parse_time_text(std::string_view text) {
    const auto day = take_day(text);
    const auto time = day && !text.empty() ? take_time(text) : std::optional<std::int64_t>(0);
    constexpr std::int64_t seconds_per_day = 86'400;
    // Beyond these years nanoseconds do not fit into 64 bits.
    using std::chrono::year;
    if (!day || !time || !text.empty() || *day < std::chrono::sys_days(year(1678) / 1 / 1) ||
        *day >= std::chrono::sys_days(year(2262) / 1 / 1)) {
        return std::nullopt;
    }
    return day->time_since_epoch().count() * seconds_per_day * nanoseconds_per_second + *time;
}

bool is_day(std::string_view text) {
    return text.size() == day_length && parse_time_text(text).has_value();
}

}  // namespace drover
