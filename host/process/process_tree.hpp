/// Finding the processes that belong together, what they use, and ending all of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace drover {

/// One process as /proc shows it.
struct ProcessEntry {
    pid_t pid = -1;
    pid_t parent = -1;
    pid_t session = -1;
    char state = '?';           ///< As in /proc/PID/stat: R, S, D, T (stopped), t (traced), Z.
    std::uint64_t started = 0;  ///< Clock ticks since boot; tells a reused pid from the old one.

    [[nodiscard]] bool is_zombie() const { return state == 'Z' || state == 'X'; }
};

/// All processes of the machine now.
[[nodiscard]] std::vector<ProcessEntry> all_processes();

/// One process; nothing when there is none with that pid.
[[nodiscard]] std::optional<ProcessEntry> process_entry(pid_t pid);

/// Keeps orphans of this process's descendants as its own children.
void become_subreaper();

/// The processes below `root` (not itself) as /proc shows them now, zombies included.
[[nodiscard]] std::vector<pid_t> descendants_of(pid_t root);

/// The children of `parent`, which must be a process of one thread; zombies included. Much cheaper
/// than a look at all processes.
[[nodiscard]] std::vector<pid_t> children_of(pid_t parent);

/// The processes in `roots`, the members of `session` (none for -1) and the descendants of all of
/// them, without zombies.
[[nodiscard]] std::vector<pid_t> tree_of(const std::vector<pid_t>& roots, pid_t session);

/// The processes whose session is `session`, and their descendants, without zombies.
[[nodiscard]] std::vector<pid_t> members_of_session(pid_t session);

/// Whether the environment with which process `pid` (or the one that it was forked from) was
/// executed has `entry` ("NAME=VALUE"). So a child is known again that left session and parent.
[[nodiscard]] bool has_environment_entry(pid_t pid, std::string_view entry);
/// The same in two steps, for who looks for many entries.
[[nodiscard]] std::string environment_of(pid_t pid);
[[nodiscard]] bool has_entry(std::string_view environment, std::string_view entry);

/// The value of `name` in the environment with which a process was executed; nothing without one.
[[nodiscard]] std::optional<std::string> environment_value(pid_t pid, std::string_view name);

/// The processes of the machine in whose environment the value of `name` begins with `beginning`,
/// this one and zombies left out.
[[nodiscard]] std::vector<pid_t> processes_with_environment(std::string_view name,
                                                            std::string_view beginning);

/// An open file, pipe or socket, told apart from all others of the machine.
struct OpenFile {
    std::uint64_t device = 0;
    std::uint64_t number = 0;

    friend bool operator==(const OpenFile&, const OpenFile&) = default;
};

/// What stands behind a descriptor of this process; both ends of a pipe are one file.
[[nodiscard]] OpenFile open_file(int descriptor);

/// Whether a process has one of the files open. Output is inherited by all that a process starts,
/// so a child is known again by it.
[[nodiscard]] bool holds_open_file(pid_t pid, const std::vector<OpenFile>& files);
/// All files that a process has open.
[[nodiscard]] std::vector<OpenFile> open_files_of(pid_t pid);

/// Sends SIGKILL to every child of this process that has one of the files open, and waits a moment
/// until it has ended. They must be nobody else's to reap.
void kill_children_that_hold(const std::vector<OpenFile>& files);

/// Sends SIGKILL to every descendant of this process, reaping what ends, until none is left or the
/// deadline passes. Returns whether none is left. For a process that is about to exit: it reaps
/// children that other code may be waiting for.
bool kill_all_descendants(std::chrono::nanoseconds longest);

/// The same for all processes that `processes_with_environment` finds, whoever their parents are.
bool kill_all_with_environment(std::string_view name,
                               std::string_view beginning,
                               std::chrono::nanoseconds longest);

/// What a process uses.
struct ProcessUsage {
    std::int64_t cpu_nanoseconds = 0;
    std::int64_t resident_bytes = 0;
    char state = '?';  ///< As in ProcessEntry.
};
[[nodiscard]] std::optional<ProcessUsage> usage_of(pid_t pid);

}  // namespace drover
