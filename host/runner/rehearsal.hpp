/// The rehearsal of an agent's next plugin: it starts as it would in the agent's place, while the
/// agent itself works on, and nothing that it says reaches anybody.
#pragma once

namespace drover {

/// Runs the agent that the supervisor configures over descriptor 3, with the status page on
/// descriptor 4, as run_live_agent does, but without a link: until it is ready it is called in the
/// same way, from then on only for what it posted itself; no message, timer, request or reply
/// reaches it. What it publishes and asks is counted. A moment after it was ready that is told, and
/// the process waits for its end by a signal: neither `stop` nor `destroy` is called, as in a
/// crash. Returns the exit code of a process that could not begin; otherwise it does not return.
[[nodiscard]] int run_rehearsing_agent();

}  // namespace drover
