/// What the pattern recognition agent says of ATR levels, in words and as
/// records.
#pragma once

#include <string>

#include <drover/trading/market.h>
#include <drover/trading/signal.h>

#include "indicators/atr_levels.hpp"
#include "indicators/price_trend.hpp"
#include "pattern_recognition/levels_record.hpp"

namespace drover {

/// The levels of the running period, as the bar that shows them finds them.
[[nodiscard]] LevelsRecord levels_record(const AtrLevels& levels,
                                         const PriceTrend& trend,
                                         const drover_bar& bar);

/// The signal of a touch: no direction, because a level is a place and no
/// forecast; `fast` is the level's price and `slow` its distance from the last
/// close in average ranges.
[[nodiscard]] drover_signal touch_signal(const AtrLevels& levels,
                                         const LevelTouch& touch,
                                         const PriceTrend& trend,
                                         const drover_bar& bar);

/// Why a series has no levels in a mode: "no multiday levels: 3 of 15 completed
/// periods are known".
[[nodiscard]] std::string missing_levels_text(const AtrLevels& levels);

}  // namespace drover
