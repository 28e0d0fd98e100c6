#include "schedule/market_calendar.hpp"

#include <algorithm>

#include "base/names.hpp"

namespace drover {

const std::vector<std::string>& MarketCalendar::names() {
    static const std::vector<std::string> known{"XNYS"};
    return known;
}

Result<MarketCalendar> MarketCalendar::find(const std::string& name) {
    if (std::ranges::find(names(), name) == names().end()) {
        return Error{ErrorKind::invalid,
                     "'" + name +
                         "' is no calendar that drover knows: it knows XNYS, the New York Stock "
                         "Exchange." +
                         did_you_mean(name, names())};
    }
    auto zone = TimeZone::find("America/New_York");
    if (!zone) {
        return zone.error();
    }
    MarketCalendar calendar;
    calendar.zone_ = std::move(zone.value());
    return calendar;
}

std::optional<MarketSession> MarketCalendar::session_of(LocalDay day) const {
    const auto hours = nyse_hours(day);
    if (!hours) {
        return std::nullopt;
    }
    return MarketSession{zone_.shown_at(day, hours->open).first,
                         zone_.shown_at(day, hours->close).first};
}

}  // namespace drover
