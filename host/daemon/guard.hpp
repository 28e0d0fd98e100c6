/// The guard: the parent of the supervisor, so small that it does not fail. When the supervisor is
/// lost it ends every process that is left, or starts another supervisor that goes on with them.
#pragma once

#include <filesystem>

#include "daemon/daemon_options.hpp"

namespace drover {

/// Takes the lock of the state directory, starts the supervisor (`program`, this same binary) and
/// waits for its end. Passes SIGTERM, SIGINT and SIGHUP on as requests; SIGUSR1 engages the kill
/// switch. Returns the last supervisor's exit code, or 1 when it did not end by itself.
/// Single-threaded.
[[nodiscard]] int run_guard(const DaemonOptions& options, const std::filesystem::path& program);

/// What the guard writes to the supervisor on their channel: one word a line.
inline constexpr const char* shutdown_word = "shutdown";
inline constexpr const char* shutdown_now_word = "shutdown-now";

}  // namespace drover
