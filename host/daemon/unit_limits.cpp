// The rest of UnitProcesses: what an agent is given for its life, and what it may use in it.
#include <algorithm>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "daemon/agent_user.hpp"
#include "daemon/unit_processes.hpp"
#include "fleet/secret_config.hpp"

namespace drover {

Result<std::string> UnitProcesses::equip(LifeRequest& request, const AgentConfig& agent) {
    // Read at each start: a secret that was changed counts from now on.
    auto secrets = config_with_secrets(agent);
    if (!secrets) {
        return secrets.error();
    }
    if (auto made = place_.state.make_state_folder(agent.name); !made) {
        return made.error();
    }
    if (auto opened = open_to_user(agent); !opened) {
        return opened.error();
    }
    auto limits = limits_of(agent, request.life);
    if (!limits) {
        return limits.error();
    }
    request.secrets = std::move(secrets.value().values);
    request.limits = std::move(limits.value());
    return std::move(secrets.value().json);
}

Result<void> UnitProcesses::open_to_user(const AgentConfig& agent) {
    const SystemUser* const user = other_user_of(agent);
    const std::filesystem::path folder = place_.state.state_of(agent.name).parent_path();
    if (::geteuid() != 0) {
        return success();  // Who is not root has never given anything away.
    }
    if (user == nullptr) {
        // Once it may have run as another user: it goes back to whom the state directory belongs.
        struct stat about {};
        const bool is_known = ::stat(folder.parent_path().c_str(), &about) == 0;
        return is_known ? give_folder(folder, about.st_uid, about.st_gid) : Result<void>(success());
    }
    const std::filesystem::path run = place_.run.path();
    for (const auto& passed : {folder.parent_path(), run.parent_path(), run}) {
        if (auto opened = let_pass(passed); !opened) {
            return opened;
        }
    }
    if (auto opened = let_read(place_.state.kill_switch()); !opened) {
        return opened;
    }
    return give_folder(folder, user->user, user->group);
}

Result<LifeLimits> UnitProcesses::limits_of(const AgentConfig& agent, std::uint64_t life) {
    return isolation_.prepare(agent,
                              life,
                              {place_.programs / "drover-agent",
                               place_.state.state_of(agent.name).parent_path(),
                               place_.state.kill_switch(),
                               place_.run.path()});
}

void UnitProcesses::hold_again(ProcessLife& life, AgentLog& log) {
    const AgentConfig* const agent = place_.fleet.config.find(life.unit);
    if (agent == nullptr) {
        return;
    }
    if (const auto secrets = config_with_secrets(*agent)) {
        log.hide(secrets.value().values);
    } else {
        place_.log.warning(life.unit + ": " + secrets.error().message +
                           " What it writes is not masked.");
    }
    if (auto limits = limits_of(*agent, life.source.life)) {
        life.limits = std::move(limits.value());
    } else {
        place_.log.warning(life.unit + ": its limits are not watched: " + limits.error().message);
    }
}

void UnitProcesses::look_at_memory(ProcessLife& life, Monotonic now) {
    constexpr auto between_looks = std::chrono::seconds(1);
    if (!life.limits.watched_memory || now < life.next_memory_look) {
        return;
    }
    life.next_memory_look = now + between_looks;
    std::uint64_t used = 0;
    for (const pid_t pid : family_.tree(life.unit)) {
        if (const auto usage = usage_of(pid)) {
            used += static_cast<std::uint64_t>(usage->resident_bytes);
        }
    }
    if (used > *life.limits.watched_memory) {
        supervisor_->limit_exceeded(life.unit,
                                    "it used " + memory_text(used) + " of memory, more than the " +
                                        memory_text(*life.limits.watched_memory) +
                                        " of limits.memory",
                                    now);
    }
}

bool UnitProcesses::is_in_sandbox(pid_t pid) const {
    const auto peer = process_entry(pid);
    const bool is_gone = !peer || peer->is_zombie();
    const auto may_be_of = [&](const std::string& unit) {
        if (is_gone) {
            return true;  // A child may have connected for it and ended.
        }
        const std::vector<pid_t> tree = family_.tree(unit);
        return std::ranges::find(tree, pid) != tree.end();
    };
    return (rehearsed_in_sandbox_ && may_be_of(*rehearsed_in_sandbox_)) ||
           std::ranges::any_of(lives_, [&](const auto& entry) {
               return entry.second->limits.sandbox && may_be_of(entry.first);
           });
}

void UnitProcesses::tell_breach(const ProcessLife& life, Monotonic now) {
    if (life.limits.group && life.limits.group->ran_out_of_memory()) {
        supervisor_->limit_exceeded(
            life.unit, "it used more memory than limits.memory: the kernel ended it", now);
    }
}

}  // namespace drover
