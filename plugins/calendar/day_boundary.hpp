/// Where one trading day ends and the next begins: a time of day in some time zone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace drover {

/// A boundary once a day, such as "17:00 America/New_York". The zone's rules come from the system's
/// time zone database, so that the boundary follows daylight saving. A local time that a change of
/// the clocks skips is the moment of the change; one that comes twice is the first of the two.
class DayBoundary {
public:
    /// 00:00 UTC.
    DayBoundary() = default;
    /// "HH:MM" or "HH:MM ZONE", with a name of the database; UTC where none is given. Throws
    /// std::invalid_argument with a sentence that quotes the text.
    explicit DayBoundary(std::string_view text);

    /// The last boundary before `time`, which itself is not one of them: the moment of a boundary
    /// belongs to the day that ends there. ns since the epoch.
    [[nodiscard]] std::int64_t last_before(std::int64_t time) const;

    /// As it was given: "00:00 UTC".
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    [[nodiscard]] std::int64_t boundary_of(std::int32_t local_day) const;

    std::string text_ = "00:00 UTC";
    std::string zone_;  ///< Empty: UTC, which needs no database.
    std::int64_t time_of_day_ = 0;
    // The day that was asked for last: most questions are about the same one.
    mutable std::int64_t known_start_ = 0;
    mutable std::int64_t known_end_ = 0;
};

}  // namespace drover
