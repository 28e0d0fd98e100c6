/// The supervisor: the guard's child and the parent of router and agents.
#pragma once

#include <filesystem>

#include "daemon/daemon_options.hpp"

namespace drover {

/// Runs the fleet until it was shut down. `programs` is the folder of drover-router and
/// drover-agent. Descriptors 3 (channel to the guard) and 5 (lock) come from the guard. Returns
/// the exit code. Single-threaded.
[[nodiscard]] int run_supervisor(const DaemonOptions& options,
                                 const std::filesystem::path& programs);

}  // namespace drover
