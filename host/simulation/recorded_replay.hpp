/// `drover-agent --replay`: the child of `drover replay` and `drover parity`. It reads one JSON
/// line on descriptor 3, replays, and writes one JSON line back; before it, {"progress": …} with
/// what ReplayWatch tells.
#pragma once

#include "base/json.hpp"
#include "simulation/replay_watch.hpp"

namespace drover {

/// One agent, each of its lives that was recorded from its beginning. The request: {"file","agent",
/// "plugin" (a library in the place of the recorded one; ""),"configs" ({"STREAM": config} where a
/// life's own lacks secrets)}. The answer: {"agent","lives","inputs","outputs","differences":[…],
/// "notes":[…],"error": null or a sentence}.
[[nodiscard]] Json replay_agent(const Json& request, const ReplayWatch& watch = {});

/// Serves one request on descriptor 3. Returns the exit code: 0, or 1 when the answer is an error.
[[nodiscard]] int run_replay_child();

}  // namespace drover
