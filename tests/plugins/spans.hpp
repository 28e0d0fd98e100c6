/// Spans of time in the unit of records: nanoseconds.
#pragma once

#include <cstdint>

namespace drover {

inline constexpr std::int64_t hour = 3'600'000'000'000;
inline constexpr std::int64_t day = 24 * hour;

}  // namespace drover
