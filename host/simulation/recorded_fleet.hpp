/// `drover parity --backtest`: the fleet of a recording run afresh on a virtual clock, from what
/// came to it from outside, and what it then says compared with what was recorded.
#pragma once

#include "base/json.hpp"
#include "simulation/replay_watch.hpp"

namespace drover {

/// The request: {"file","topics" (patterns to compare; empty: orders, verdicts, positions and
/// accounts),"configs" (as replay_agent takes them)}. The answer: {"equal","outside" (the agents
/// whose messages are inputs),"inputs","compared","differences":[…],"notes":[…],"error"}.
[[nodiscard]] Json rerun_fleet(const Json& request, const ReplayWatch& watch = {});

}  // namespace drover
