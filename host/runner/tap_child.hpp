/// `drover-agent --tap`: the child of `drover tap`, which itself must not hold libzmq.
#pragma once

namespace drover {

/// Reads one JSON line on descriptor 3, {"endpoint" (empty: no fleet runs), "pattern",
/// "log" ({"folder", "position" (0: the oldest), "time" (ns, or null)}; null: no past is wanted),
/// "count" (0: without end), "rate" (0: all), "format" ("text" or "json"),
/// "types":[{"handle", and a message type}],"publishers":{name: handle}}, and
/// prints the messages that match on standard output until `count` came, descriptor 3 ends, or a
/// signal ends it; without an endpoint until the log has no more. Returns the exit code.
[[nodiscard]] int run_tap_child();

}  // namespace drover
