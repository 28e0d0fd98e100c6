/// Order statistics of a handful of measurements.
#pragma once

#include <vector>

namespace drover::bench {

/// Of an even number of values the mean of the two in the middle; 0 of none.
[[nodiscard]] double median(std::vector<double> values);
/// The smallest; 0 of none.
[[nodiscard]] double minimum(const std::vector<double>& values);
/// The nearest rank: the smallest value that `fraction` of all values do not exceed, so that of
/// fewer than a hundred values the 99th percentile is the largest. 0 of none. `fraction` is in
/// (0, 1].
[[nodiscard]] double percentile(std::vector<double> values, double fraction);

}  // namespace drover::bench
