/// How long a recorder may stand still.
#pragma once

#include <chrono>

namespace drover {

/// An agent that waits for room and whose recorder takes nothing at all for so long gives it up.
inline constexpr std::chrono::seconds recorder_patience{5};

}  // namespace drover
