/// Reading durations, dates and times.
#include "command/moment.hpp"

#include <charconv>
#include <chrono>
#include <optional>
#include <string>

#include "config/scalar.hpp"

namespace drover {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

/// Reads from the left; what does not fit ends the reading for good.
class Cursor {
public:
    explicit Cursor(std::string_view text) : rest_(text) {}

    /// A number of exactly `digits` digits.
    int number(std::size_t digits) {
        int value = 0;
        const char* const end = rest_.data() + std::min(digits, rest_.size());
        const auto read = std::from_chars(rest_.data(), end, value);
        const bool is_whole = rest_.size() >= digits && read.ec == std::errc() && read.ptr == end &&
                              rest_.front() != '-';
        is_good_ = is_good_ && is_whole;
        rest_.remove_prefix(std::min(digits, rest_.size()));
        return value;
    }
    void expect(char letter) {
        is_good_ = is_good_ && rest_.starts_with(letter);
        rest_.remove_prefix(rest_.empty() ? 0 : 1);
    }
    bool take(char letter) {
        const bool is_there = rest_.starts_with(letter);
        rest_.remove_prefix(is_there ? 1 : 0);
        return is_there;
    }
    /// The digits behind a decimal point, at most nine.
    nanoseconds fraction() {
        constexpr int most_digits = 9;
        nanoseconds value{0};
        int digits = 0;
        while (digits < most_digits && !rest_.empty() && rest_.front() >= '0' &&
               rest_.front() <= '9') {
            value = value * 10 + nanoseconds(rest_.front() - '0');
            rest_.remove_prefix(1);
            ++digits;
        }
        is_good_ = is_good_ && digits > 0;
        for (; digits < most_digits; ++digits) {
            value *= 10;
        }
        return value;
    }
    [[nodiscard]] bool is_at_end() const { return rest_.empty(); }
    [[nodiscard]] bool is_good() const { return is_good_; }

private:
    std::string_view rest_;
    bool is_good_ = true;
};

constexpr int hours_of_day = 24;
constexpr int sixty = 60;

/// What stands behind the time: Z, an offset, or nothing. Nothing is returned for an offset that no
/// zone has.
std::optional<nanoseconds> zone_offset(Cursor& cursor) {
    if (cursor.take('Z')) {
        return nanoseconds(0);
    }
    const bool is_east = cursor.take('+');
    if (!is_east && !cursor.take('-')) {
        return nanoseconds(0);
    }
    const int hour = cursor.number(2);
    (void)cursor.take(':');
    const int minute = cursor.number(2);
    if (hour >= hours_of_day || minute >= sixty) {
        return std::nullopt;
    }
    const nanoseconds offset = hours(hour) + minutes(minute);
    return is_east ? offset : -offset;
}

std::optional<nanoseconds> time_of_day(Cursor& cursor) {
    const int hour = cursor.number(2);
    cursor.expect(':');
    const int minute = cursor.number(2);
    nanoseconds time = hours(hour) + minutes(minute);
    int second = 0;
    if (cursor.take(':')) {
        second = cursor.number(2);
        time += seconds(second);
        time += cursor.take('.') ? cursor.fraction() : nanoseconds(0);
    }
    const auto offset = zone_offset(cursor);
    const bool is_sound = offset && hour < hours_of_day && minute < sixty && second < sixty;
    return is_sound ? std::optional(time - *offset) : std::nullopt;
}

/// Nanoseconds in 64 bits reach from 1677 to 2262.
constexpr std::chrono::year first_year{1970};
constexpr std::chrono::year last_year{2261};

std::optional<std::int64_t> calendar_moment(std::string_view text) {
    Cursor cursor(text);
    const std::chrono::year year(cursor.number(4));
    cursor.expect('-');
    const std::chrono::month month(static_cast<unsigned>(cursor.number(2)));
    cursor.expect('-');
    const std::chrono::day day(static_cast<unsigned>(cursor.number(2)));
    const std::chrono::year_month_day date(year, month, day);
    nanoseconds time{0};
    if (cursor.take('T') || cursor.take(' ')) {
        const auto read = time_of_day(cursor);
        if (!read) {
            return std::nullopt;
        }
        time = *read;
    }
    if (!cursor.is_good() || !cursor.is_at_end() || !date.ok() || year < first_year ||
        year > last_year) {
        return std::nullopt;
    }
    return (std::chrono::sys_days(date).time_since_epoch() + time).count();
}

}  // namespace

Result<std::int64_t> parse_moment(std::string_view text, std::int64_t now) {
    if (const auto duration = parse_duration(text)) {
        return now - duration.value().count();
    }
    if (const auto moment = calendar_moment(text)) {
        return *moment;
    }
    return Error{ErrorKind::invalid,
                 "'" + std::string(text) +
                     "' is no moment: write how long ago (10m, 2h), a date (2026-11-26) or a time "
                     "(2026-11-26T09:30:00Z, UTC without a zone)."};
}

}  // namespace drover
