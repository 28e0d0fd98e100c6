#include "schedule/time_zone.hpp"

#include <chrono>
#include <exception>

#include <date/tz.h>

namespace drover {

namespace {

constexpr std::int64_t seconds_per_minute = 60;
constexpr std::int64_t seconds_per_day = std::int64_t{24} * 60 * 60;

LocalDay day_of(std::int64_t seconds) {
    return static_cast<LocalDay>(seconds / seconds_per_day -
                                 (seconds % seconds_per_day < 0 ? 1 : 0));
}

}  // namespace

Result<TimeZone> TimeZone::find(const std::string& name) {
    TimeZone zone;
    if (name == "UTC") {
        return zone;
    }
    try {
        zone.zone_ = date::locate_zone(name);
        zone.name_ = name;
    } catch (const std::exception&) {
        return Error{ErrorKind::invalid,
                     "'" + name +
                         "' is no time zone of this machine's database, such as America/New_York "
                         "or UTC (Debian's package tzdata)."};
    }
    return zone;
}

LocalDay TimeZone::day_at(UnixSeconds moment) const {
    if (zone_ == nullptr) {
        return day_of(moment);
    }
    const date::sys_seconds time{std::chrono::seconds(moment)};
    return day_of(moment + zone_->get_info(time).offset.count());
}

ShownAt TimeZone::shown_at(LocalDay day, int minute) const {
    const std::int64_t local = std::int64_t{day} * seconds_per_day + minute * seconds_per_minute;
    if (zone_ == nullptr) {
        return {local};
    }
    const auto info = zone_->get_info(date::local_seconds{std::chrono::seconds(local)});
    switch (info.result) {
        case date::local_info::nonexistent:
            return {info.first.end.time_since_epoch().count(), std::nullopt, true};
        case date::local_info::ambiguous:
            return {local - info.first.offset.count(), local - info.second.offset.count()};
        default:
            return {local - info.first.offset.count()};
    }
}

}  // namespace drover
