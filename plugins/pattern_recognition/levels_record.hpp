/// The record that shows ATR levels when they appear:
/// pattern.atr_levels.<symbol>.
#pragma once

#include <cstddef>
#include <cstdint>

#include <drover/agent.hpp>

#include "indicators/atr_levels.hpp"

namespace drover {

inline constexpr drover_enumerator trend_names[] = {
    {-1, "down"}, {0, "mixed"}, {1, "up"}, {2, "unknown"}};

/// The levels of one period. They do not move while it runs.
struct LevelsRecord {
    char symbol[24];
    char interval[8];  ///< Of the bars used.
    char mode[16];     ///< "day", "multiday"
    std::int64_t period_start;
    std::int64_t last_close;  ///< P, 1e-9.
    double average_range;     ///< A, in price.
    double range_percent;     ///< Of the running period so far.
    std::int32_t trend;       ///< As enum Trend.
    std::uint32_t reserved;
    double multiples[atr_level_count];
    std::int64_t above[atr_level_count];  ///< 1e-9
    std::int64_t below[atr_level_count];
};

inline constexpr drover_field levels_fields[] = {
    DROVER_FIELD_ARRAY(LevelsRecord, symbol, DROVER_KIND_CHARS, 24, nullptr, "Instrument"),
    DROVER_FIELD_ARRAY(LevelsRecord, interval, DROVER_KIND_CHARS, 8, nullptr, "Of the bars used"),
    DROVER_FIELD_ARRAY(LevelsRecord, mode, DROVER_KIND_CHARS, 16, nullptr, "day or multiday"),
    DROVER_FIELD(LevelsRecord, period_start, DROVER_KIND_TIME, 0, nullptr, "First date"),
    DROVER_FIELD(
        LevelsRecord, last_close, DROVER_KIND_DECIMAL64, 9, nullptr, "Close of the period before"),
    DROVER_FIELD(LevelsRecord,
                 average_range,
                 DROVER_KIND_F64,
                 0,
                 nullptr,
                 "Average true range of 14 periods"),
    DROVER_FIELD(LevelsRecord,
                 range_percent,
                 DROVER_KIND_F64,
                 0,
                 "%",
                 "High - low so far of the average range"),
    DROVER_FIELD_ENUM(
        LevelsRecord, trend, DROVER_KIND_I32, trend_names, "Close, EMA 8, 21 and 34 of the bars"),
    DROVER_FIELD(LevelsRecord, reserved, DROVER_KIND_PADDING, 0, nullptr, nullptr),
    DROVER_FIELD_ARRAY(LevelsRecord,
                       multiples,
                       DROVER_KIND_F64,
                       atr_level_count,
                       nullptr,
                       "Average ranges from the last close"),
    {sizeof(drover_field),
     DROVER_KIND_DECIMAL64,
     offsetof(LevelsRecord, above),
     atr_level_count,
     9,
     0,
     "above",
     nullptr,
     "Levels above the last close",
     nullptr,
     0,
     0,
     nullptr},
    {sizeof(drover_field),
     DROVER_KIND_DECIMAL64,
     offsetof(LevelsRecord, below),
     atr_level_count,
     9,
     0,
     "below",
     nullptr,
     "Levels below the last close",
     nullptr,
     0,
     0,
     nullptr}};

inline constexpr drover_message_type levels_type = DROVER_RECORD_TYPE(
    LevelsRecord, "pattern.atr_levels", 1, levels_fields, "ATR levels of a period");

template <>
struct MessageTypeOf<LevelsRecord> {
    static constexpr const drover_message_type* value = &levels_type;
};

}  // namespace drover
