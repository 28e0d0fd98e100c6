/// Dates and times as people write them; the other way round is iso_time of message_type.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace drover {

/// Reads 2000-01-03 (its first nanosecond, in UTC), 2020-01-02T09:30:00Z and 2020-01-02T09:30Z,
/// with up to nine decimals of seconds. Nothing where the text is something else or no such day.
[[nodiscard]] std::optional<std::int64_t> parse_time_text(std::string_view text);

/// Whether the text is a day alone, without a time.
[[nodiscard]] bool is_day(std::string_view text);

}  // namespace drover
