/// `drover tap --socket tcp://…`: hands the fleet's tap on to other machines, encrypted, to the
/// clients whose keys are allowed. A process of its own, so that neither encryption nor strangers
/// slow the fleet.
#pragma once

#include "base/json.hpp"
#include "base/line_channel.hpp"

namespace drover {

/// Serves until the other side of `channel` is gone. Prints on standard output, as soon as it
/// listens, what `drover tap --socket` prints, with its own `endpoint` and its `server_key`; says
/// on standard error who comes and who is turned away. Returns an exit code.
[[nodiscard]] int run_tap_server(const Json& request, LineChannel& channel);

}  // namespace drover
