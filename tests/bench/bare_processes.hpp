/// The floor of starts: processes that only say that they run.
#pragma once

namespace drover::bench {

/// posix_spawn of `count` processes of tests/bench/bare_process.c until each has said its byte; in
/// milliseconds. Throws std::runtime_error when it cannot be measured.
[[nodiscard]] double start_bare_processes(int count);

/// The same, each started when the one before has said its byte.
[[nodiscard]] double start_bare_processes_in_turn(int count);

}  // namespace drover::bench
