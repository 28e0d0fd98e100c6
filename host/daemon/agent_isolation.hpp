/// Makes ready what holds an agent within its limits, each time it starts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "fleet/isolation.hpp"
#include "process/cgroup.hpp"
#include "process/process_limits.hpp"
#include "process/process_user.hpp"

namespace drover {

/// What one life of an agent is started with.
struct LifeLimits {
    ProcessLimits process;
    std::shared_ptr<const ProcessUser> user;  ///< Null: it runs as droverd does.
    std::shared_ptr<const Sandbox> sandbox;   ///< Null: none.
    std::optional<AgentCgroup> group;         ///< `process.cgroup` is its descriptor.
    /// What droverd must look after itself: bytes of memory of its tree; nothing: no limit, or the
    /// group holds it.
    std::optional<std::uint64_t> watched_memory;
};

/// As whom a process that stands by for an agent runs; null: as droverd does. It needs less than
/// the agent; what that needs besides is looked at when it takes over.
[[nodiscard]] std::shared_ptr<const ProcessUser> standby_user(const AgentConfig& agent,
                                                              const std::filesystem::path& program);

/// What an agent cannot run without.
struct AgentPlaces {
    std::filesystem::path program;
    std::filesystem::path state_folder;
    std::filesystem::path kill_switch;
    std::filesystem::path run_directory;
};

/// Looks at the machine when the first agent with limits starts, and moves droverd into a group of
/// its own where agents get groups. One thread.
class AgentIsolation {
public:
    /// `warn` takes sentences for the log.
    explicit AgentIsolation(std::function<void(const std::string&)> warn)
        : warn_(std::move(warn)) {}

    /// Fails with `refused` when the group or the sandbox cannot be made although there should be
    /// one, and when droverd may not start processes as the agent's user.
    [[nodiscard]] Result<LifeLimits> prepare(const AgentConfig& agent,
                                             std::uint64_t life,
                                             const AgentPlaces& places);
    /// What this machine was found to offer.
    [[nodiscard]] const MachineIsolation& machine() const;

private:
    void settle();

    std::function<void(const std::string&)> warn_;
    mutable std::optional<MachineIsolation> machine_;  ///< Once somebody asked.
    std::optional<CgroupHome> home_;
};

/// "512 MiB"
[[nodiscard]] std::string memory_text(std::uint64_t bytes);

}  // namespace drover
