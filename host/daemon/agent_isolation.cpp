#include "daemon/agent_isolation.hpp"

#include <utility>

#include <unistd.h>

namespace drover {
namespace {

std::vector<SandboxPath> sandbox_paths_of(const AgentConfig& agent, const AgentPlaces& places) {
    std::vector<SandboxPath> paths{{places.program, SandboxAccess::run},
                                   {agent.plugin_file, SandboxAccess::read},
                                   {places.state_folder, SandboxAccess::write},
                                   {places.kill_switch, SandboxAccess::read}};
    for (const std::filesystem::path& path : agent.sandbox->read) {
        paths.push_back({path, SandboxAccess::read});
    }
    for (const std::filesystem::path& path : agent.sandbox->write) {
        paths.push_back({path, SandboxAccess::write});
    }
    return paths;
}

std::vector<ProcessUser::Need> needs_of(const AgentConfig& agent, const AgentPlaces& places) {
    return {{places.program, X_OK},
            {agent.plugin_file, R_OK},
            {places.state_folder, R_OK | W_OK | X_OK},
            {places.kill_switch, R_OK},
            {places.run_directory, X_OK}};
}

}  // namespace

std::shared_ptr<const ProcessUser> standby_user(const AgentConfig& agent,
                                                const std::filesystem::path& program) {
    const SystemUser* const user = other_user_of(agent);
    if (user == nullptr) {
        return nullptr;
    }
    // The kernel hides what a process has open from itself when it may not read its own program,
    // and a zygote looks there whether its plugin can be copied.
    return std::make_shared<const ProcessUser>(
        ProcessUser{*user, {{program, R_OK | X_OK}, {agent.plugin_file, R_OK}}});
}

const MachineIsolation& AgentIsolation::machine() const {
    if (!machine_) {
        machine_ = MachineIsolation::look();
    }
    return *machine_;
}

/// A group that droverd cannot move into, although it looked so, is none.
void AgentIsolation::settle() {
    if (home_ || machine().no_cgroup) {
        return;
    }
    auto home = CgroupHome::find();
    const auto settled = home ? home.value().settle() : Result<void>(home.error());
    if (settled) {
        home_.emplace(std::move(home.value()));
        return;
    }
    machine_->no_cgroup = settled.error().message;
    warn_("Agents get no control groups: " + settled.error().message + ".");
}

Result<LifeLimits> AgentIsolation::prepare(const AgentConfig& agent,
                                           std::uint64_t life,
                                           const AgentPlaces& places) {
    LifeLimits made;
    if (!has_isolation(agent)) {
        return made;
    }
    const LimitsConfig& limits = agent.supervision.limits;
    const CgroupLimits of_group = cgroup_limits_of(limits);
    if (!of_group.is_empty()) {
        settle();
    }
    made.process = process_limits_of(agent, machine());
    if (const auto why = why_no_user(agent, machine())) {
        return Error{ErrorKind::refused, *why};
    }
    if (const SystemUser* const user = other_user_of(agent)) {
        made.user =
            std::make_shared<const ProcessUser>(ProcessUser{*user, needs_of(agent, places)});
    }
    if (!of_group.is_empty() && home_) {
        auto group = home_->make(agent.name, life, of_group);
        if (!group) {
            return Error{ErrorKind::refused, group.error().message + "."};
        }
        made.process.cgroup = group.value().processes();
        made.group.emplace(std::move(group.value()));
    } else {
        made.watched_memory = limits.memory;
    }
    if (agent.sandbox) {
        auto sandbox = Sandbox::make(sandbox_paths_of(agent, places), agent.sandbox->network);
        if (!sandbox) {
            return Error{ErrorKind::refused, sandbox.error().message + "."};
        }
        made.sandbox = std::make_shared<const Sandbox>(std::move(sandbox.value()));
    }
    return made;
}

std::string memory_text(std::uint64_t bytes) {
    constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;
    constexpr std::uint64_t kibibyte = std::uint64_t{1} << 10U;
    return bytes >= mebibyte ? std::to_string(bytes / mebibyte) + " MiB"
                             : std::to_string(bytes / kibibyte) + " KiB";
}

}  // namespace drover
