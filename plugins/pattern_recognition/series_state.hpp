/// The saved state of one series of bars.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "pattern_recognition/bar_series.hpp"

namespace drover {

/// All that a series knows.
[[nodiscard]] nlohmann::json series_json(const BarSeries& series);

/// A series as it was saved. `empty` says the periods and modes of today: a
/// side that was found with other periods is not taken up (`same_periods`
/// false), nor are modes that are not watched now.
[[nodiscard]] BarSeries series_from(const nlohmann::json& saved,
                                    const SmaCrossover& empty,
                                    const LevelWatch& no_levels,
                                    bool same_periods);

}  // namespace drover
