/// The functions that a plugin finds its host by.
#pragma once

#include <drover/agent.h>

namespace drover {

class AgentRunner;

/// Fills in the host table for a runner; the table's functions find it in `implementation`.
[[nodiscard]] drover_host make_host_table(AgentRunner& runner);

}  // namespace drover
