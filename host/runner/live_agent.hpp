/// The life of a `drover-agent` process: control channel on one side, message link on the other,
/// the runner between them, one thread for all.
#pragma once

#include <memory>

namespace drover {

class PluginLibrary;

/// Runs the agent that the supervisor configures over descriptor 3, with the status page on
/// descriptor 4, until it is stopped, is done or has failed. Returns the process's exit code: 0
/// after a stop or completion, 1 after a failure (which was reported on the control channel).
/// `loaded` is a library that this process has loaded already, or null.
[[nodiscard]] int run_live_agent(std::shared_ptr<PluginLibrary> loaded = nullptr);

}  // namespace drover
