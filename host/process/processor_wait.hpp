/// How long a process had to wait for a processor that others kept busy.
#pragma once

#include <chrono>

#include <sys/types.h>

namespace drover {

/// The time for which the main thread of `pid` was ready to run and did not, since its start. Zero
/// where the kernel does not tell (no such process, or no scheduler statistics). Limits on work
/// that others could slow down add this, so that a busy machine is not taken for a hang.
[[nodiscard]] std::chrono::nanoseconds processor_wait(pid_t pid);

}  // namespace drover
