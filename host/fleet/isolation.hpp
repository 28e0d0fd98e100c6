/// How the limits of an agent are held on this machine, and what cannot be held.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/fleet_config.hpp"
#include "process/cgroup.hpp"
#include "process/process_limits.hpp"
#include "process/sandbox.hpp"

namespace drover {

/// What this machine offers.
struct MachineIsolation {
    std::optional<std::string> no_cgroup;  ///< Why groups cannot be made, without a dot.
    bool is_root = false;  ///< Whom RLIMIT_NPROC does not hold, and who may become another user.
    std::vector<std::string> no_sandbox{};  ///< What of a sandbox the kernel cannot do.

    /// Looks; changes nothing.
    [[nodiscard]] static MachineIsolation look();
};

/// The limits that are held by a control group.
[[nodiscard]] CgroupLimits cgroup_limits_of(const LimitsConfig& limits);
/// The limits that each process is started with. `cgroup` stays -1.
[[nodiscard]] ProcessLimits process_limits_of(const AgentConfig& agent,
                                              const MachineIsolation& machine);

/// The user that the agent's process must become; null: it stays what droverd is.
[[nodiscard]] const SystemUser* other_user_of(const AgentConfig& agent);
/// Why it cannot become that user, a sentence; nothing where it need not or can.
[[nodiscard]] std::optional<std::string> why_no_user(const AgentConfig& agent,
                                                     const MachineIsolation& machine);

/// "NAME=VALUE": what its process finds in its environment besides what droverd has there, which is
/// what says whose process it is, and what its files of variables say.
[[nodiscard]] std::vector<std::string> variables_of(const AgentConfig& agent);

/// Whether its process needs limits or a sandbox, which hold from its first instruction: nothing
/// can stand ready for it.
[[nodiscard]] bool is_confined(const AgentConfig& agent);
/// Whether anything is asked of the machine for it.
[[nodiscard]] bool has_isolation(const AgentConfig& agent);

/// By what each limit is held, by its key: {"memory": "control group"}, {"cpu": "not applied: …"}.
[[nodiscard]] std::map<std::string, std::string> isolation_of(const AgentConfig& agent,
                                                              const MachineIsolation& machine);

/// A warning for each limit that is not held here, or not as it should be.
[[nodiscard]] std::vector<Fault> isolation_warnings(const FleetConfig& fleet,
                                                    const MachineIsolation& machine);

}  // namespace drover
