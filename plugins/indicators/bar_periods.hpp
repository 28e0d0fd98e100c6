/// The periods that bars are gathered into, by session date.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace drover {

/// How long a period is: one session, or the sessions of a week.
enum class PeriodMode : std::uint8_t { day, multiday };

/// "day", "multiday"; nothing for another word.
[[nodiscard]] std::optional<PeriodMode> period_mode(std::string_view name);
[[nodiscard]] const char* period_name(PeriodMode mode);

/// Where the period begins that holds the session of `open_time`: 00:00 of its
/// first date, ns since the epoch. A session's date is the UTC date its bars
/// open on; a week begins on Monday.
[[nodiscard]] std::int64_t period_start(PeriodMode mode, std::int64_t open_time);

/// 00:00 of the date of a session, ns since the epoch.
[[nodiscard]] std::int64_t session_date(std::int64_t open_time);

/// The length of a period from its first date on, ns.
[[nodiscard]] std::int64_t period_length(PeriodMode mode);

}  // namespace drover
