/// Times of tests as people write them.
#pragma once

#include <string>
#include <string_view>

#include "base/message_type.hpp"
#include "base/time_text.hpp"
#include "schedule/time_zone.hpp"

namespace drover {

inline constexpr std::int64_t one_second = 1'000'000'000;

/// Wall ns of "2026-03-08T07:00Z".
inline std::int64_t wall(std::string_view text) {
    return parse_time_text(text).value();
}

inline UnixSeconds seconds_of(std::string_view text) {
    return wall(text) / one_second;
}

/// The day of "2026-11-27".
inline LocalDay day_of_text(std::string_view text) {
    return static_cast<LocalDay>(seconds_of(text) / 86'400);
}

inline std::string text_of_seconds(UnixSeconds moment) {
    return iso_time(moment * one_second);
}

}  // namespace drover
