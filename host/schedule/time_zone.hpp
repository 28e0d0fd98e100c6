/// A time zone of the system's database: what local clocks show, and when.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace date {
class time_zone;
}

namespace drover {

/// Whole seconds since 1970-01-01T00:00:00Z.
using UnixSeconds = std::int64_t;

/// A day of a local calendar, counted from 1970-01-01.
using LocalDay = std::int32_t;

inline constexpr int minutes_per_day = 24 * 60;

/// When a local time is shown. A change of the clocks skips some local times and shows others
/// twice.
struct ShownAt {
    UnixSeconds first = 0;  ///< Of a time that is skipped: the moment of the change.
    std::optional<UnixSeconds> second = std::nullopt;
    bool is_skipped = false;
};

/// A value; the rules live as long as the program.
class TimeZone {
public:
    /// UTC, which needs no database.
    TimeZone() = default;
    /// Fails with `invalid` and a sentence when the database has no such zone. The database is read
    /// when the first zone other than UTC is asked for.
    [[nodiscard]] static Result<TimeZone> find(const std::string& name);

    [[nodiscard]] const std::string& name() const { return name_; }
    /// The local day at a moment.
    [[nodiscard]] LocalDay day_at(UnixSeconds moment) const;
    /// When clocks show this minute, 0 to 1439, of the day.
    [[nodiscard]] ShownAt shown_at(LocalDay day, int minute) const;

private:
    std::string name_ = "UTC";
    const date::time_zone* zone_ = nullptr;  ///< Null: UTC.
};

}  // namespace drover
