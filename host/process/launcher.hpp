/// Starting children and seeing them end: Boost.Process starts, a pidfd watches, waitid reaps.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"

namespace drover {

/// What to start and what to hand to it.
struct LaunchRequest {
    std::filesystem::path program;
    std::vector<std::string> arguments;
    int output = -1;   ///< Becomes descriptor 1; -1: /dev/null.
    int errors = -1;   ///< Becomes descriptor 2; -1: /dev/null.
    int channel = -1;  ///< Becomes descriptor 3; -1: closed.
    int page = -1;     ///< Becomes descriptor 4; -1: closed.
    bool own_session = true;        ///< setsid, so that its whole tree can be found and ended.
    bool dies_with_parent = true;  ///< SIGKILL when the thread that started it ends.
};

/// A child that was started and is not reaped yet.
struct Child {
    pid_t pid = -1;
    FileDescriptor watch;  ///< pidfd; readable once the child has ended.
};

/// How a child ended.
struct ExitStatus {
    std::optional<int> code;    ///< Exit code, or
    std::optional<int> signal;  ///< the signal that ended it.

    /// "exit code 1", "killed by SIGKILL"
    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool is_success() const { return code == 0; }
};

/// Starts a child. Standard input is /dev/null, signals are at their defaults, no other descriptor
/// leaks into it. Fails with `not_found` or `unavailable` when it cannot be executed. Call it from
/// one thread only, one that lives as long as the program (parent-death signals follow the thread).
[[nodiscard]] Result<Child> launch(const LaunchRequest& request);

/// Reaps a child whose pidfd is readable; nothing while it still runs.
[[nodiscard]] std::optional<ExitStatus> reap(const Child& child);

/// Sends a signal through the pidfd, so that a reused pid is never hit.
void send_signal(const Child& child, int signal);

/// Keeps orphans of this process's descendants as its own children.
void become_subreaper();

/// The processes below `root` (not itself) as /proc shows them now.
[[nodiscard]] std::vector<pid_t> descendants_of(pid_t root);

/// The processes whose session is `session`, and their descendants, without zombies.
[[nodiscard]] std::vector<pid_t> members_of_session(pid_t session);

/// Sends SIGKILL to every descendant of this process, reaping what ends, until none is left or the
/// deadline passes. Returns whether none is left.
bool kill_all_descendants(std::chrono::nanoseconds longest);

/// What a process uses.
struct ProcessUsage {
    std::int64_t cpu_nanoseconds = 0;
    std::int64_t resident_bytes = 0;
    char state = '?';  ///< As in /proc/PID/stat: R, S, D, T (stopped), t (traced), Z.
};
[[nodiscard]] std::optional<ProcessUsage> usage_of(pid_t pid);

/// Two connected stream sockets, close-on-exec.
struct SocketPair {
    FileDescriptor ours;
    FileDescriptor theirs;
};
[[nodiscard]] Result<SocketPair> make_socket_pair();

}  // namespace drover
