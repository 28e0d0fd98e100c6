#include "schedule/cron_expression.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <span>

namespace drover {

namespace {

constexpr int minutes_per_hour = 60;
/// 29 February can be eight years away: 1896 and 1904, 2096 and 2104.
constexpr LocalDay longest_search = 9 * 366;

constexpr std::array<std::string_view, 12> month_names{
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> weekday_names{
    "sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct CronField {
    std::string_view name;
    int least;
    int most;
    std::span<const std::string_view> names;  ///< Of `least` and what follows.
};

constexpr std::array<CronField, 5> cron_fields{{{"minute", 0, 59, {}},
                                                {"hour", 0, 23, {}},
                                                {"day of month", 1, 31, {}},
                                                {"month", 1, 12, month_names},
                                                {"day of week", 0, 7, weekday_names}}};

std::vector<std::string_view> split_at(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find(separator, begin), text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

std::optional<int> whole_number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number = !text.empty() && text.front() != '-' && error == std::errc() &&
                           end == text.data() + text.size();
    return is_number ? std::optional(value) : std::nullopt;
}

/// A number of the field, or one of its names.
std::optional<int> value_in(const CronField& field, std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    const auto name = std::ranges::find(field.names, lower);
    if (name != field.names.end()) {
        return field.least + static_cast<int>(name - field.names.begin());
    }
    const auto number = whole_number(text);
    return number && *number >= field.least && *number <= field.most ? number : std::nullopt;
}

Error wrong_field(const CronField& field, std::string_view text) {
    std::string names;
    if (!field.names.empty()) {
        names =
            " or " + std::string(field.names.front()) + " to " + std::string(field.names.back());
    }
    return {ErrorKind::invalid,
            "'" + std::string(text) + "' is no " + std::string(field.name) + ": use " +
                std::to_string(field.least) + " to " + std::to_string(field.most) + names +
                ", *, ranges (1-5), lists (1,3) and steps (*/5)."};
}

/// The bits of one part of a list: "*", "5", "1-5", each with "/2" or without.
std::optional<std::uint64_t> bits_of_part(const CronField& field, std::string_view part) {
    const auto halves = split_at(part, '/');
    const auto step = halves.size() == 2 ? whole_number(halves[1]) : std::optional(1);
    if (halves.size() > 2 || !step || *step < 1) {
        return std::nullopt;
    }
    const auto ends = split_at(halves[0], '-');
    std::optional<int> first = field.least;
    std::optional<int> last = field.most;
    if (halves[0] != "*") {
        first = value_in(field, ends[0]);
        last = ends.size() == 2 ? value_in(field, ends[1]) : first;
        if (ends.size() == 1 && halves.size() == 2) {
            last = field.most;  // "5/10": from 5 on.
        }
        if (ends.size() > 2 || !first || !last || *first > *last) {
            return std::nullopt;
        }
    }
    std::uint64_t bits = 0;
    for (int value = *first; value <= *last; value += *step) {
        bits |= std::uint64_t{1} << static_cast<unsigned>(value);
    }
    return bits;
}

Result<std::uint64_t> bits_of_field(const CronField& field, std::string_view text) {
    std::uint64_t bits = 0;
    for (const std::string_view part : split_at(text, ',')) {
        const auto more = bits_of_part(field, part);
        if (!more) {
            return wrong_field(field, text);
        }
        bits |= *more;
    }
    return bits;
}

bool has_bit(std::uint64_t bits, unsigned number) {
    return (bits >> number & 1U) != 0;
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    for (const std::string_view word : split_at(text, ' ')) {
        if (!word.empty()) {
            words.push_back(word);
        }
    }
    return words;
}

}  // namespace

Result<CronExpression> CronExpression::parse(std::string_view text) {
    const auto words = words_of(text);
    if (words.size() != cron_fields.size()) {
        return Error{ErrorKind::invalid,
                     "'" + std::string(text) +
                         "' is no cron expression: write five fields, minute, hour, day of month, "
                         "month and day of week, as in \"30 9 * * 1-5\"."};
    }
    std::array<std::uint64_t, cron_fields.size()> bits{};
    for (std::size_t field = 0; field < words.size(); ++field) {
        const auto read = bits_of_field(cron_fields[field], words[field]);
        if (!read) {
            return read.error();
        }
        bits[field] = read.value();
    }
    CronExpression cron;
    cron.text_ = text;
    cron.minutes_ = bits[0];
    cron.hours_ = bits[1];
    cron.days_ = bits[2];
    cron.months_ = bits[3];
    constexpr unsigned other_sunday = 7;
    cron.weekdays_ = bits[4] | (has_bit(bits[4], other_sunday) ? 1U : 0U);
    cron.follows_real_time_ = words[1].starts_with('*');
    cron.is_any_day_ = words[2].starts_with('*');
    cron.is_any_weekday_ = words[4].starts_with('*');
    if (!cron.next_after(0, TimeZone())) {
        return Error{ErrorKind::invalid,
                     "'" + std::string(text) + "' never comes: no month has such a day."};
    }
    return cron;
}

bool CronExpression::matches(LocalDay day) const {
    const std::chrono::sys_days date{std::chrono::days(day)};
    const std::chrono::year_month_day parts{date};
    if (!has_bit(months_, static_cast<unsigned>(parts.month()))) {
        return false;
    }
    const bool is_day = has_bit(days_, static_cast<unsigned>(parts.day()));
    const bool is_weekday = has_bit(weekdays_, std::chrono::weekday(date).c_encoding());
    return is_any_day_ || is_any_weekday_ ? is_day && is_weekday : is_day || is_weekday;
}

std::vector<UnixSeconds> CronExpression::moments_of(LocalDay day, const TimeZone& zone) const {
    std::vector<UnixSeconds> moments;
    if (!matches(day)) {
        return moments;
    }
    for (int minute = 0; minute < minutes_per_day; ++minute) {
        if (!has_bit(hours_, static_cast<unsigned>(minute / minutes_per_hour)) ||
            !has_bit(minutes_, static_cast<unsigned>(minute % minutes_per_hour))) {
            continue;
        }
        const ShownAt shown = zone.shown_at(day, minute);
        if (!shown.is_skipped || !follows_real_time_) {
            moments.push_back(shown.first);
        }
        if (shown.second && follows_real_time_) {
            moments.push_back(*shown.second);
        }
    }
    std::ranges::sort(moments);
    moments.erase(std::unique(moments.begin(), moments.end()), moments.end());
    return moments;
}

std::optional<UnixSeconds> CronExpression::next_after(UnixSeconds time,
                                                      const TimeZone& zone) const {
    // A day early: a change of the clocks at midnight can show yesterday's times again.
    const LocalDay first = zone.day_at(time) - 1;
    for (LocalDay day = first; day < first + longest_search; ++day) {
        const auto moments = moments_of(day, zone);
        const auto next = std::ranges::upper_bound(moments, time);
        if (next != moments.end()) {
            return *next;
        }
    }
    return std::nullopt;
}

bool CronExpression::has_times_within(const CronExpression& others) const {
    return (minutes_ & ~others.minutes_) == 0 && (hours_ & ~others.hours_) == 0;
}

bool CronExpression::is_within(const CronExpression& others) const {
    if (!has_times_within(others)) {
        return false;
    }
    for (LocalDay day = 0; day < longest_search; ++day) {
        if (matches(day) && !others.matches(day)) {
            return false;
        }
    }
    return true;
}

std::optional<UnixSeconds> CronExpression::next_after_without(UnixSeconds time,
                                                              const CronExpression& others,
                                                              const TimeZone& zone) const {
    // Clocks move the times of both alike: a day on which both come needs no look at its minutes.
    const bool is_alike =
        has_times_within(others) && follows_real_time_ == others.follows_real_time_;
    const LocalDay first = zone.day_at(time) - 1;
    for (LocalDay day = first; day < first + longest_search; ++day) {
        if (!matches(day) || (is_alike && others.matches(day))) {
            continue;
        }
        const auto moments = moments_of(day, zone);
        const auto taken = others.moments_of(day, zone);
        const auto next = std::ranges::find_if(moments, [&](UnixSeconds moment) {
            return moment > time && !std::ranges::binary_search(taken, moment);
        });
        if (next != moments.end()) {
            return *next;
        }
    }
    return std::nullopt;
}

std::optional<UnixSeconds> CronExpression::last_until(UnixSeconds time,
                                                      const TimeZone& zone) const {
    const LocalDay last = zone.day_at(time) + 1;
    for (LocalDay day = last; day > last - longest_search; --day) {
        const auto moments = moments_of(day, zone);
        const auto later = std::ranges::upper_bound(moments, time);
        if (later != moments.begin()) {
            return *std::prev(later);
        }
    }
    return std::nullopt;
}

}  // namespace drover
