/// What figures of this room have in common.
#pragma once

#include <limits>

namespace drover {

/// A figure that has no value: a mean over nothing, a zero denominator.
inline constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

/// A hundred of these are the whole.
inline constexpr double hundred_percent = 100;

}  // namespace drover
