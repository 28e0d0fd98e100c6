#include "fleet/isolation.hpp"

#include <algorithm>

#include <sys/resource.h>
#include <unistd.h>

namespace drover {
namespace {

constexpr const char* by_group = "control group";
constexpr const char* strict = "strict";
constexpr const char* not_applied = "not applied: ";

/// "strict", or what it lacks.
std::string sandbox_text(const MachineIsolation& machine) {
    std::string text = strict;
    for (const std::string& missing : machine.no_sandbox) {
        text += (text == strict ? ", but " : "; ") + missing;
    }
    return text;
}

/// RLIMIT_NPROC counts the processes of a user, and root's are not held.
bool is_held_by_rlimit(const AgentConfig& agent, const MachineIsolation& machine) {
    return agent.user ? agent.user->user != 0 : !machine.is_root;
}

bool is_plainly_held(const std::string& how) {
    return how == by_group || how == "each process" || how == "set" || how == strict;
}

}  // namespace

MachineIsolation MachineIsolation::look() {
    MachineIsolation machine;
    const auto home = CgroupHome::find();
    if (!home) {
        machine.no_cgroup = home.error().message;
    }
    machine.is_root = ::geteuid() == 0;
    machine.no_sandbox = SandboxAbilities::look().missing();
    return machine;
}

CgroupLimits cgroup_limits_of(const LimitsConfig& limits) {
    return {limits.memory, limits.cpu_percent, limits.processes};
}

ProcessLimits process_limits_of(const AgentConfig& agent, const MachineIsolation& machine) {
    const LimitsConfig& limits = agent.supervision.limits;
    ProcessLimits made;
    const auto add = [&made](
                         int resource, const std::optional<std::uint64_t>& value, const char* key) {
        if (value) {
            made.resources.push_back({resource, *value, key});
        }
    };
    add(RLIMIT_NOFILE, limits.open_files, "open_files");
    add(RLIMIT_CORE, limits.core, "core");
    add(RLIMIT_AS, limits.address_space, "address_space");
    add(RLIMIT_FSIZE, limits.file_size, "file_size");
    add(RLIMIT_MEMLOCK, limits.locked_memory, "locked_memory");
    if (machine.no_cgroup && is_held_by_rlimit(agent, machine)) {
        add(RLIMIT_NPROC, limits.processes, "processes");
    }
    made.nice = limits.nice;
    made.cpus = limits.cpus;
    return made;
}

const SystemUser* other_user_of(const AgentConfig& agent) {
    return agent.user && agent.user->user != ::geteuid() ? &*agent.user : nullptr;
}

std::optional<std::string> why_no_user(const AgentConfig& agent, const MachineIsolation& machine) {
    if (other_user_of(agent) == nullptr || machine.is_root) {
        return std::nullopt;
    }
    return "user: only root may start an agent as " + agent.user->name + ", and droverd runs as " +
           user_text(::geteuid()) + ".";
}

std::vector<std::string> variables_of(const AgentConfig& agent) {
    std::map<std::string, std::string> variables;
    if (const SystemUser* const user = other_user_of(agent)) {
        variables = {{"USER", user->name}, {"LOGNAME", user->name}, {"HOME", user->home.string()}};
    }
    for (const auto& [name, value] : agent.variables) {
        variables[name] = value;
    }
    std::vector<std::string> entries;
    for (const auto& [name, value] : variables) {
        entries.push_back(name + "=" + value);
    }
    return entries;
}

bool is_confined(const AgentConfig& agent) {
    return agent.sandbox || !cgroup_limits_of(agent.supervision.limits).is_empty() ||
           !process_limits_of(agent, {}).is_empty();
}

bool has_isolation(const AgentConfig& agent) {
    return is_confined(agent) || other_user_of(agent) != nullptr;
}

std::map<std::string, std::string> isolation_of(const AgentConfig& agent,
                                                const MachineIsolation& machine) {
    const LimitsConfig& limits = agent.supervision.limits;
    std::map<std::string, std::string> how;
    const std::string why = machine.no_cgroup.value_or("");
    if (limits.memory) {
        how["memory"] = machine.no_cgroup ? "droverd looks at the memory of its processes once a "
                                            "second, since " +
                                                why
                                          : by_group;
    }
    if (limits.cpu_percent) {
        how["cpu"] = machine.no_cgroup ? not_applied + why : by_group;
    }
    if (limits.processes && !machine.no_cgroup) {
        how["processes"] = by_group;
    } else if (limits.processes) {
        how["processes"] =
            is_held_by_rlimit(agent, machine)
                ? "RLIMIT_NPROC, which counts all processes of the user, since " + why
                : not_applied + why + ", and RLIMIT_NPROC does not hold root";
    }
    const ProcessLimits plain = process_limits_of(agent, machine);
    for (const ResourceLimit& one : plain.resources) {
        how.emplace(one.key, "each process");
    }
    if (limits.nice) {
        how["nice"] = "set";
    }
    if (!limits.cpus.empty()) {
        how["cpus"] = "set";
    }
    if (agent.user) {
        how["user"] =
            why_no_user(agent, machine) ? std::string(not_applied) + "only root may" : "set";
    }
    if (agent.sandbox) {
        how["sandbox"] = sandbox_text(machine);
    }
    return how;
}

std::vector<Fault> isolation_warnings(const FleetConfig& fleet, const MachineIsolation& machine) {
    std::vector<Fault> warnings;
    for (const AgentConfig& agent : fleet.agents) {
        if (const auto why = why_no_user(agent, machine)) {
            warnings.push_back(
                {agent.user_place, "agent '" + agent.name + "' will not start: " + *why});
        }
        for (const auto& [key, how] : isolation_of(agent, machine)) {
            if (!is_plainly_held(how) && key != "user") {
                if (key == "sandbox") {
                    warnings.push_back({agent.sandbox->place,
                                        "agent '" + agent.name + "': its sandbox is " + how + "."});
                    continue;
                }
                const bool is_applied = !how.starts_with(not_applied);
                warnings.push_back({agent.supervision.limits.place,
                                    "agent '" + agent.name + "': limits." + key +
                                        (is_applied ? " is held by other means here: " : " is ") +
                                        how + "."});
            }
        }
    }
    return warnings;
}

}  // namespace drover
