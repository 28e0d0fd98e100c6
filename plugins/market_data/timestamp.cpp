/// Reads dates, times and lengths of bars.
#include "market_data/timestamp.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace drover {
namespace {

/// Exactly `count` digits at the front of `text`.
bool take_number(std::string_view& text, std::size_t count, int& number) {
    if (text.size() < count) {
        return false;
    }
    number = 0;
    for (std::size_t at = 0; at < count; ++at) {
        if (text[at] < '0' || text[at] > '9') {
            return false;
        }
        number = number * 10 + (text[at] - '0');
    }
    text.remove_prefix(count);
    return true;
}

bool take_letter(std::string_view& text, char letter) {
    if (text.empty() || text.front() != letter) {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

bool take_date(std::string_view& text, std::int64_t& days) {
    int year = 0;
    int month = 0;
    int day = 0;
    if (!take_number(text, 4, year) || !take_letter(text, '-') || !take_number(text, 2, month) ||
        !take_letter(text, '-') || !take_number(text, 2, day)) {
        return false;
    }
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok() || year < 1678 || year > 2261) {
        return false;
    }
    days = std::chrono::sys_days{date}.time_since_epoch().count();
    return true;
}

/// Digits behind the point of a second, as nanoseconds. More than nine are cut.
bool take_fraction(std::string_view& text, std::int64_t& nanoseconds) {
    std::int64_t unit = nanoseconds_per_second / 10;
    std::size_t taken = 0;
    for (; taken < text.size() && text[taken] >= '0' && text[taken] <= '9'; ++taken) {
        nanoseconds += unit * (text[taken] - '0');
        unit /= 10;
    }
    text.remove_prefix(taken);
    return taken != 0;
}

bool take_time_of_day(std::string_view& text, std::int64_t& nanoseconds) {
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (!take_number(text, 2, hour) || !take_letter(text, ':') || !take_number(text, 2, minute)) {
        return false;
    }
    std::int64_t fraction = 0;
    if (take_letter(text, ':')) {
        if (!take_number(text, 2, second) ||
            (take_letter(text, '.') && !take_fraction(text, fraction))) {
            return false;
        }
    }
    nanoseconds = (hour * 3600 + minute * 60 + second) * nanoseconds_per_second + fraction;
    return hour < 24 && minute < 60 && second < 60;
}

/// What must be subtracted to come to UTC.
bool take_zone(std::string_view& text, std::int64_t& offset) {
    if (text.empty() || take_letter(text, 'Z')) {
        return true;
    }
    const bool is_east = take_letter(text, '+');
    if (!is_east && !take_letter(text, '-')) {
        return false;
    }
    int hours = 0;
    int minutes = 0;
    if (!take_number(text, 2, hours)) {
        return false;
    }
    take_letter(text, ':');
    if (!text.empty() && !take_number(text, 2, minutes)) {
        return false;
    }
    offset = (hours * 3600 + minutes * 60) * nanoseconds_per_second * (is_east ? 1 : -1);
    return hours < 24 && minutes < 60;
}

/// What stands behind a date.
std::optional<Timestamp> behind_date(std::string_view text, std::int64_t midnight) {
    if (text.empty()) {
        return Timestamp{midnight, true};
    }
    std::int64_t time_of_day = 0;
    std::int64_t offset = 0;
    if ((!take_letter(text, 'T') && !take_letter(text, ' ')) ||
        !take_time_of_day(text, time_of_day) || !take_zone(text, offset) || !text.empty()) {
        return std::nullopt;
    }
    return Timestamp{midnight + time_of_day - offset, false};
}

}  // namespace

std::optional<Timestamp> parse_timestamp(std::string_view text) {
    return TimestampReader().read(text);
}

std::optional<Timestamp> TimestampReader::read(std::string_view text) {
    if (midnight_ && text.substr(0, date_.size()) == std::string_view(date_.data(), date_.size())) {
        return behind_date(text.substr(date_.size()), *midnight_);
    }
    std::string_view rest = text;
    std::int64_t days = 0;
    if (!take_date(rest, days)) {
        return std::nullopt;
    }
    std::copy_n(text.begin(), date_.size(), date_.begin());
    midnight_ = days * nanoseconds_per_day;
    return behind_date(rest, *midnight_);
}

std::optional<std::int64_t> parse_interval(std::string_view text) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || end + 1 != text.data() + text.size() || count < 1 ||
        count > 10'000) {
        return std::nullopt;
    }
    switch (*end) {
        case 's':
            return count * nanoseconds_per_second;
        case 'm':
            return count * 60 * nanoseconds_per_second;
        case 'h':
            return count * 3600 * nanoseconds_per_second;
        case 'd':
            return count * nanoseconds_per_day;
        case 'w':
            return count * 7 * nanoseconds_per_day;
        default:
            return std::nullopt;
    }
}

std::string date_text(std::int64_t time) {
    const std::chrono::sys_time<std::chrono::nanoseconds> moment{std::chrono::nanoseconds{time}};
    const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(moment)};
    std::array<char, 24> text{};
    std::snprintf(text.data(),
                  text.size(),
                  "%04d-%02u-%02u",
                  static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()));
    return text.data();
}

}  // namespace drover
