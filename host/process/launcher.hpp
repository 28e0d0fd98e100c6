/// Starting children and seeing them end: Boost.Process starts, a pidfd watches, waitid reaps.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"
#include "process/process_limits.hpp"
#include "process/process_user.hpp"
#include "process/sandbox.hpp"

namespace drover {

/// What to start and what to hand to it.
struct LaunchRequest {
    std::filesystem::path program;
    std::vector<std::string> arguments;
    int output = -1;           ///< Becomes descriptor 1; -1: /dev/null.
    int errors = -1;           ///< Becomes descriptor 2; -1: /dev/null.
    int channel = -1;          ///< Becomes descriptor 3; -1: closed.
    int page = -1;             ///< Becomes descriptor 4; -1: closed.
    std::vector<int> further;  ///< Become descriptors 5, 6, … (at most 5 of them); -1: closed.
    std::vector<std::string> environment;  ///< "NAME=VALUE", added to this process's own.
    std::filesystem::path folder;          ///< Its working directory; empty: this process's own.
    ProcessLimits limits{};                ///< Applied before the program begins.
    std::shared_ptr<const ProcessUser> user{};  ///< Whom it becomes after that; null: nobody else.
    std::shared_ptr<const Sandbox> sandbox{};   ///< Entered last of all; null: none.
    bool own_session = true;       ///< setsid, so that its whole tree can be found and ended.
    bool dies_with_parent = true;  ///< SIGKILL when the thread that started it ends.
};

/// A child that was started and is not reaped yet.
struct Child {
    pid_t pid = -1;
    FileDescriptor watch;  ///< pidfd; readable once the child has ended.
};

/// "SIGKILL"; "signal 64" for a number without a name.
[[nodiscard]] std::string signal_name(int signal);

/// How a child ended.
struct ExitStatus {
    std::optional<int> code;    ///< Exit code, or
    std::optional<int> signal;  ///< the signal that ended it.

    /// "exit code 1", "killed by SIGKILL"; where neither is known "ended while nobody watched".
    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool is_success() const { return code == 0; }
};

/// Starts a child. Standard input is /dev/null, signals are at their defaults, no other descriptor
/// leaks into it. Fails with `not_found` or `unavailable` when it cannot be executed, and with
/// `refused` and a sentence that names the limit, the user or the part of the sandbox when one
/// cannot be applied. Keeps the descriptors 3 to 9 of this process occupied from then on. Call it
/// from one thread only, one that lives as long as the program (parent-death signals follow the
/// thread).
[[nodiscard]] Result<Child> launch(const LaunchRequest& request);

/// Reaps a child whose pidfd is readable; nothing while it still runs.
[[nodiscard]] std::optional<ExitStatus> reap(const Child& child);

/// What happened to one of this process's children.
struct ChildNews {
    pid_t pid = -1;
    std::optional<ExitStatus> end;  ///< Nothing: a signal has stopped or continued it.
};

/// Reaps whatever child has ended, and tells of one that a signal has stopped or continued; nothing
/// when nothing has happened. For who has SIGCHLD and waits for no child alone.
[[nodiscard]] std::optional<ChildNews> next_child_news();

/// Whether a signal has stopped or continued the child since the last call. For who hears SIGCHLD,
/// which tells of that as well; a debugger's stops are told to the debugger alone.
[[nodiscard]] bool was_stopped_or_continued(const Child& child);

/// Waits for the end of a child and reaps it; nothing when the time is over first.
[[nodiscard]] std::optional<ExitStatus> wait_for_exit(const Child& child,
                                                      std::chrono::nanoseconds longest);

/// Sends a signal through the pidfd, so that a reused pid is never hit.
void send_signal(const Child& child, int signal);

/// Two connected stream sockets, close-on-exec.
struct SocketPair {
    FileDescriptor ours;
    FileDescriptor theirs;
};
[[nodiscard]] Result<SocketPair> make_socket_pair();

}  // namespace drover
