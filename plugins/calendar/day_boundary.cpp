// Where one trading day ends and the next begins: a time of day in some time zone.
#include "calendar/day_boundary.hpp"

#include <chrono>
#include <stdexcept>

#include <date/tz.h>

namespace drover {

namespace {

using Nanoseconds = std::chrono::nanoseconds;

constexpr std::int64_t minute = 60'000'000'000;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t whole_day = 24 * hour;

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

/// "HH:MM" in ns; -1 for another text.
std::int64_t time_of_day(std::string_view text) {
    constexpr std::size_t length = 5;
    if (text.size() != length || !is_digit(text[0]) || !is_digit(text[1]) || text[2] != ':' ||
        !is_digit(text[3]) || !is_digit(text[4])) {
        return -1;
    }
    const auto number = [&](std::size_t at) {
        return std::int64_t{text[at] - '0'} * 10 + (text[at + 1] - '0');
    };
    constexpr std::int64_t hours_per_day = 24;
    constexpr std::int64_t minutes_per_hour = 60;
    return number(0) < hours_per_day && number(3) < minutes_per_hour
               ? number(0) * hour + number(3) * minute
               : -1;
}

std::int64_t floor_day(std::int64_t time) {
    return time / whole_day - (time % whole_day < 0 ? 1 : 0);
}

date::sys_time<Nanoseconds> moment(std::int64_t time) {
    return date::sys_time<Nanoseconds>(Nanoseconds(time));
}

}  // namespace

DayBoundary::DayBoundary(std::string_view text) : text_(text) {
    const std::size_t blank = text.find(' ');
    time_of_day_ = time_of_day(text.substr(0, blank));
    if (time_of_day_ < 0) {
        throw std::invalid_argument(
            "'" + text_ + "' is no time of day; write it as 17:00 or as 17:00 America/New_York.");
    }
    zone_ = blank == std::string_view::npos ? "UTC" : std::string(text.substr(blank + 1));
    if (zone_ == "UTC") {
        text_ = std::string(text.substr(0, blank)) + " UTC";
        zone_.clear();
        return;
    }
    try {
        (void)date::locate_zone(zone_);
    } catch (const std::exception&) {
        throw std::invalid_argument("'" + zone_ + "' of '" + text_ +
                                    "' is no time zone of this machine's database, such as "
                                    "America/New_York or UTC (Debian's package tzdata).");
    }
}

std::int64_t DayBoundary::last_before(std::int64_t time) const {
    if (time > known_start_ && time <= known_end_) {
        return known_start_;
    }
    std::int64_t local = time;
    if (!zone_.empty()) {
        const auto offset = date::locate_zone(zone_)->get_info(moment(time)).offset;
        local += std::chrono::duration_cast<Nanoseconds>(offset).count();
    }
    auto day = static_cast<std::int32_t>(floor_day(local)) + 1;
    // A change of the clocks can move a boundary over midnight, so the search begins a day late.
    std::int64_t end = boundary_of(day);
    std::int64_t start = boundary_of(--day);
    while (start >= time) {
        end = start;
        start = boundary_of(--day);
    }
    known_start_ = start;
    known_end_ = end;
    return start;
}

std::int64_t DayBoundary::boundary_of(std::int32_t local_day) const {
    const std::int64_t local = std::int64_t{local_day} * whole_day + time_of_day_;
    if (zone_.empty()) {
        return local;
    }
    const date::local_time<Nanoseconds> wanted{Nanoseconds(local)};
    // For a local time that is skipped, `earliest` gives the moment of the change.
    return date::locate_zone(zone_)
        ->to_sys(wanted, date::choose::earliest)
        .time_since_epoch()
        .count();
}

}  // namespace drover
