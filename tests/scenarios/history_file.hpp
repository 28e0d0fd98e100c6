/// Histories of prices for tests: short, made up, and the same each time.
#pragma once

#include <cstdint>
#include <string>

namespace drover::scenarios {

/// A CSV of `bars` daily bars from 2000-01-03 on, Saturdays and Sundays left out: a random walk
/// that `seed` decides. Averages of its closes cross often.
[[nodiscard]] std::string random_walk(int bars, std::uint64_t seed = 1);

/// The last day of such a history.
[[nodiscard]] std::string last_day_of_random_walk(int bars);

}  // namespace drover::scenarios
