/// What should stand ready for the next start of an agent, and what does.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "config/fleet_config.hpp"
#include "fleet/isolation.hpp"
#include "process/file_identity.hpp"
#include "process/launcher.hpp"

namespace drover {

/// For one agent.
struct StandbyPlan {
    std::string unit;
    Standby mode = Standby::none;
    std::filesystem::path plugin;
    /// How its process is started, without what belongs to one life: descriptors and mark.
    LaunchRequest launch;
};

/// What a process that has loaded files stands for: when one of them is another now, it is of no
/// use any more.
struct LoadedFiles {
    FileIdentity program;
    FileIdentity plugin;

    friend bool operator==(const LoadedFiles&, const LoadedFiles&) = default;
};

[[nodiscard]] inline LoadedFiles files_of(const StandbyPlan& plan) {
    return {file_identity(plan.launch.program), file_identity(plan.plugin)};
}

/// What the starts of two agents must have in common to be served by one zygote.
[[nodiscard]] inline std::string zygote_key(const StandbyPlan& plan) {
    std::string key = plan.launch.program.string() + '\n' + plan.plugin.string() + '\n' +
                      plan.launch.folder.string();
    for (const std::string& entry : plan.launch.environment) {
        key += '\n' + entry;
    }
    if (plan.launch.user) {
        const SystemUser& user = plan.launch.user->user;
        key += "\nas " + user.name + ' ' + std::to_string(user.user) + ' ' +
               std::to_string(user.group);
        for (const gid_t group : user.groups) {
            key += ' ' + std::to_string(group);
        }
    }
    return key;
}

/// Whether two launches become the same user.
[[nodiscard]] inline bool have_same_user(const LaunchRequest& left, const LaunchRequest& right) {
    return (left.user == nullptr) == (right.user == nullptr) &&
           (left.user == nullptr || left.user->user == right.user->user);
}

/// Why a process that was started with `then` cannot stand in for the files of `now`.
[[nodiscard]] inline std::string replaced_text(const StandbyPlan& plan,
                                               const LoadedFiles& then,
                                               const LoadedFiles& now) {
    return "the file " + (then.plugin == now.plugin ? plan.launch.program : plan.plugin).string() +
           " was replaced";
}

/// Whether a process can be started ahead for an agent.
[[nodiscard]] inline bool can_stand_by(const AgentConfig& agent) {
    return !is_confined(agent) && agent.variables.empty();
}

/// Why nothing can stand ready for an agent that wants it; nothing: it can.
[[nodiscard]] inline std::optional<std::string> why_no_standby(const AgentConfig& agent) {
    if (agent.supervision.standby == Standby::none || can_stand_by(agent)) {
        return std::nullopt;
    }
    return "its limits, sandbox and env_file must hold from the first instruction of its process";
}

/// What stands ready for an agent, for people.
struct StandbyStatus {
    enum class State { ready, preparing, none };
    State state = State::none;
    std::optional<pid_t> pid;  ///< Of what stands by.
    std::string reason;        ///< Why there is none; empty otherwise.
};

[[nodiscard]] constexpr std::string_view text_of(StandbyStatus::State state) {
    switch (state) {
        case StandbyStatus::State::ready:
            return "ready";
        case StandbyStatus::State::preparing:
            return "preparing";
        case StandbyStatus::State::none:
            return "none";
    }
    return "";
}

}  // namespace drover
