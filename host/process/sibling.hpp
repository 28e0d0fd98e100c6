/// Forking a process that becomes a child of this one's parent, which then watches and reaps it as
/// if it had started it itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"

namespace drover {

/// What fork_sibling returns, once in each process.
struct Sibling {
    bool is_here = false;  ///< This is the new process.
    pid_t pid = -1;        ///< Of the new process, in both.
    FileDescriptor watch;  ///< Its pidfd; in the old process only.
};

/// How many threads this process has.
[[nodiscard]] int thread_count();

/// The descriptors that this process has open, in order.
[[nodiscard]] std::vector<int> descriptors_in_use();

/// Forks this process, which must have one thread only, as a child of its parent. Memory and
/// descriptors are copied; handlers of pthread_atfork are not called. Fails with `unavailable`
/// where the kernel cannot do it.
[[nodiscard]] Result<Sibling> fork_sibling();

/// Overwrites an entry of the environment ("NAME=VALUE") where it stands, so that /proc shows it
/// too. Returns false when there is no such entry, or its room is too small.
[[nodiscard]] bool overwrite_environment(const std::string& entry);

/// Overwrites this process's arguments from the second on with `words`, as far as their room goes,
/// so that /proc and ps show them. `arguments` is what main got.
void overwrite_arguments(char** arguments, int count, const std::vector<std::string>& words);

}  // namespace drover
