/// The configuration of a history provider, read and checked.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "decimal/decimal_text.hpp"

namespace drover {

/// How fast a history is played, in wall time.
struct ReplaySpeed {
    enum class Kind : std::uint8_t { as_fast_as_possible, bars_per_second, multiple_of_real_time };
    Kind kind = Kind::as_fast_as_possible;
    double factor = 0;  ///< Bars per second, or the multiple.

    /// ns of wall time between two bars whose close times are `distance` ns apart.
    [[nodiscard]] std::int64_t delay(std::int64_t distance) const;
};

/// What a history provider was asked to do.
struct HistorySettings {
    std::string file;
    std::string symbol;
    std::string interval;
    std::int64_t interval_length = 0;  ///< ns
    bool stamps_the_end = false;
    bool adjusted = false;
    bool stop_at_end = false;
    Rounding rounding = Rounding::exact;
    /// Labels (start stamps) of the first and last bar that count, both inclusive.
    std::int64_t first_label = std::numeric_limits<std::int64_t>::min();
    std::int64_t last_label = std::numeric_limits<std::int64_t>::max();
    std::size_t warm_up_bars = 0;  ///< Delivered before `first_label`, flagged.
    ReplaySpeed speed;
};

/// Reads a configuration that fits the schema. Throws Failure with a sentence for what a schema
/// cannot tell.
[[nodiscard]] HistorySettings read_history_settings(std::string_view json);

}  // namespace drover
