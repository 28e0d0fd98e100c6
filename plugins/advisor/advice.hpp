/// What to hold, given what was recognised.
#pragma once

#include <drover/trading/signal.h>

namespace drover {

/// What may be held: long_flat never goes short.
enum class Direction { long_flat, long_short };

/// The advice that follows from one signal: up is long; down is flat, or short where that is
/// allowed. A signal without direction gives no advice and must not be passed. The confidence is 1:
/// one rule decides and nothing speaks against it. Same input, same bytes.
[[nodiscard]] drover_advice advice_for(const drover_signal& signal, Direction direction);

}  // namespace drover
