/// A process that has loaded a plugin and waits to be copied: `standby: zygote` of agents.yaml.
#pragma once

#include <filesystem>

namespace drover {

/// Serves the supervisor's requests on descriptor 3 (docs/control_channel.md) until it is gone.
/// Each makes a copy of this process that becomes a live agent; in the copy this function runs the
/// agent. `arguments` and `count` are what main got. Returns the exit code of either process.
[[nodiscard]] int run_zygote(const std::filesystem::path& plugin, char** arguments, int count);

}  // namespace drover
