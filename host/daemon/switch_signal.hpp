/// SIGUSR1: whoever may signal droverd engages the kill switch, without a tool and without a
/// reader.
#pragma once

#include <filesystem>

#include <sys/types.h>

namespace drover {

/// Engages the switch `file` for the sender of a SIGUSR1 to `program`, pid and uid as the signal
/// tells them. A fault is logged: a switch that cannot be opened counts as engaged anyway.
void engage_by_signal(const std::filesystem::path& file,
                      const char* program,
                      pid_t sender,
                      uid_t person);

}  // namespace drover
