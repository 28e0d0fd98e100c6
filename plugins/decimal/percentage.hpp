/// Percentages of exact amounts, for display and statistics only.
#pragma once

#include "decimal/decimal.hpp"

namespace drover {

/// How many hundredths of `whole` `part` is, rounded once: the double next to the exact value, so
/// that a percentage of at most fifteen digits prints as just these. NaN where `whole` is 0.
[[nodiscard]] double percentage(Money part, Money whole);

}  // namespace drover
