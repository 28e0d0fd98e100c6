/// Cron's five fields: at which minutes of which days something happens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "schedule/time_zone.hpp"

namespace drover {

/// minute, hour, day of month, month, day of week; each `*`, a number, a range, a list, and steps
/// (`*/5`, `9-17/2`). Months and days of the week have names too (jan, mon); Sunday is 0 and 7.
/// Where both day fields are restricted, a day needs to match only one of them, as in every cron.
///
/// Changes of the clocks: where the hour field begins with `*`, the expression follows real time: a
/// skipped hour has no moments, and an hour that comes twice has them twice. Any other expression
/// means times of day: one that is skipped happens at the moment of the change, and one that comes
/// twice happens the first time only.
class CronExpression {
public:
    /// Fails with `invalid` and a sentence that names the field, or when no day ever matches.
    [[nodiscard]] static Result<CronExpression> parse(std::string_view text);

    /// The first moment after `time`; nothing where there is none within nine years.
    [[nodiscard]] std::optional<UnixSeconds> next_after(UnixSeconds time,
                                                        const TimeZone& zone) const;
    /// The first moment after `time` that is none of `others`; nothing where there is none within
    /// nine years.
    [[nodiscard]] std::optional<UnixSeconds> next_after_without(UnixSeconds time,
                                                                const CronExpression& others,
                                                                const TimeZone& zone) const;
    /// Whether every moment is one of `others`, but for those that a change of the clocks moves.
    [[nodiscard]] bool is_within(const CronExpression& others) const;
    /// The last moment that is not after `time`; nothing where there is none within nine years.
    [[nodiscard]] std::optional<UnixSeconds> last_until(UnixSeconds time,
                                                        const TimeZone& zone) const;
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    [[nodiscard]] bool matches(LocalDay day) const;
    /// Whether the times of a day are all among those of `others`.
    [[nodiscard]] bool has_times_within(const CronExpression& others) const;
    /// In order, each once.
    [[nodiscard]] std::vector<UnixSeconds> moments_of(LocalDay day, const TimeZone& zone) const;

    std::string text_;
    // One bit a value.
    std::uint64_t minutes_ = 0;
    std::uint64_t hours_ = 0;
    std::uint64_t days_ = 0;
    std::uint64_t months_ = 0;
    std::uint64_t weekdays_ = 0;
    bool is_any_day_ = false;
    bool is_any_weekday_ = false;
    bool follows_real_time_ = false;
};

}  // namespace drover
