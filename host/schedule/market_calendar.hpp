/// When an exchange is open: its sessions by local day, holidays and half days included.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "schedule/time_zone.hpp"

namespace drover {

/// The hours of one day, in minutes after local midnight.
struct SessionHours {
    int open = 0;
    int close = 0;

    bool operator==(const SessionHours&) const = default;
};

/// From `open` to `close`.
struct MarketSession {
    UnixSeconds open = 0;
    UnixSeconds close = 0;
};

/// A value. Calendars go by the ISO 10383 code of the exchange (MIC).
class MarketCalendar {
public:
    /// The codes that are known.
    [[nodiscard]] static const std::vector<std::string>& names();
    /// Fails with `invalid` and a sentence for a code that is not known, or when the machine lacks
    /// the exchange's time zone.
    [[nodiscard]] static Result<MarketCalendar> find(const std::string& name);

    /// The regular session of a day; nothing on a day on which the exchange is closed.
    [[nodiscard]] std::optional<MarketSession> session_of(LocalDay day) const;
    /// The local day at a moment.
    [[nodiscard]] LocalDay day_at(UnixSeconds moment) const { return zone_.day_at(moment); }

private:
    TimeZone zone_;
};

/// The regular hours of the New York Stock Exchange on a day: by its published rules for holidays
/// and half days, and a table of what was out of the ordinary. Right for 1990 to 2035, as far as it
/// is known in 2026; later years follow the rules of today. Openings that were late by a few
/// minutes (moments of silence) are not among it.
/// Sources: NYSE Rule 7.2 and the exchange's list of special closings. What it was compared with:
/// docs/operating.md.
[[nodiscard]] std::optional<SessionHours> nyse_hours(LocalDay day);

}  // namespace drover
