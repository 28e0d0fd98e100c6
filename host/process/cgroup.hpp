/// Control groups (cgroup v2): whether this process may make groups, and a group for each agent.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <sys/types.h>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"

namespace drover {

/// What a group may use; nothing: no limit.
struct CgroupLimits {
    std::optional<std::uint64_t> memory;  ///< Bytes, caches included.
    std::optional<int> cpu_percent;       ///< 100: one processor.
    std::optional<int> processes;         ///< Threads count too.

    [[nodiscard]] bool is_empty() const { return !memory && !cpu_percent && !processes; }
};

/// A group with the processes of one life of an agent. Removed with this object if it is empty
/// then. One thread.
class AgentCgroup {
public:
    AgentCgroup(std::filesystem::path path, FileDescriptor processes)
        : path_(std::move(path)), processes_(std::move(processes)) {}
    AgentCgroup(AgentCgroup&&) noexcept = default;
    AgentCgroup& operator=(AgentCgroup&& other) noexcept {
        std::swap(path_, other.path_);
        std::swap(processes_, other.processes_);
        return *this;
    }
    AgentCgroup(const AgentCgroup&) = delete;
    AgentCgroup& operator=(const AgentCgroup&) = delete;
    ~AgentCgroup();

    /// cgroup.procs, for writing: who writes 0 into it joins.
    [[nodiscard]] int processes() const { return processes_.number(); }
    /// Whether the kernel has ended processes of it because it used more than its memory.
    [[nodiscard]] bool ran_out_of_memory() const;
    /// SIGKILL to all in it. Does nothing where the kernel has no cgroup.kill.
    void kill() const;

private:
    std::filesystem::path path_;
    FileDescriptor processes_;
};

/// The group in which this process lives, below which it may make others.
class CgroupHome {
public:
    /// Whether process `pid` is one of drover's own, which may be moved.
    using IsOurs = std::function<bool(pid_t pid)>;

    /// Looks at this process's own group; touches nothing. Fails with `unavailable` and why no
    /// groups can be made: no cgroup v2, no controller, no rights, or other processes in the group.
    [[nodiscard]] static Result<CgroupHome> find();
    /// The same for the group in `path`.
    [[nodiscard]] static Result<CgroupHome> find_at(const std::filesystem::path& path,
                                                    const IsOurs& is_ours);
    /// Where /proc/self/mountinfo and /proc/self/cgroup say that this process's group lies. The
    /// group of a droverd that has settled is the one above it.
    [[nodiscard]] static Result<std::filesystem::path> path_in(std::string_view mount_information,
                                                               std::string_view own_groups);

    /// Moves the processes of this group into one below it, since a group with processes can hand
    /// out nothing, and hands the controllers down. Done twice it changes nothing more.
    [[nodiscard]] Result<void> settle() const;
    /// Makes the group of one life of an agent. Call `settle` first.
    [[nodiscard]] Result<AgentCgroup> make(const std::string& agent,
                                           std::uint64_t life,
                                           const CgroupLimits& limits) const;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    explicit CgroupHome(std::filesystem::path path) : path_(std::move(path)) {}

    std::filesystem::path path_;
};

}  // namespace drover
