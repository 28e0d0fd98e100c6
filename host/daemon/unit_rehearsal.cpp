// The rest of UnitProcesses: what the rehearsal of an agent's next plugin is given. It is the life
// that the agent would begin, but for its link, its state and its recorder.
#include <utility>

#include "base/json_value.hpp"
#include "daemon/unit_processes.hpp"

namespace drover {

std::filesystem::path UnitProcesses::state_copy_of(const std::string& agent) const {
    // Below the agent's own folder, which its user and its sandbox may reach.
    const std::filesystem::path own = place_.state.state_of(agent);
    return own.parent_path() / "rehearsal" / own.filename();
}

bool UnitProcesses::ask_for_copy(const std::string& agent) {
    ProcessLife* const life = find(agent);
    if (life == nullptr || life->has_ended || life->was_asked_to_stop || life->is_condemned ||
        life->channel.is_ended()) {
        return false;
    }
    life->copy_answer.reset();
    copied_for_rehearsal_ = agent;
    send(*life, Json{{"do", "copy_state"}, {"file", state_copy_of(agent).string()}});
    return true;
}

void UnitProcesses::drop_unwanted_copy(const std::string& agent) const {
    if (copied_for_rehearsal_ != agent) {
        std::error_code fault;  // The next rehearsal would tell of it.
        std::filesystem::remove_all(state_copy_of(agent).parent_path(), fault);
    }
}

Result<UnbornLife> UnitProcesses::prepare_rehearsal(const FleetEntry& entry, bool is_copied) {
    const AgentConfig& config = entry.config;
    UnitLink nowhere;
    auto request = request_for(config, nowhere);
    if (!request) {
        return request.error();
    }
    nowhere.endpoint.clear();  // The router never hears of it.
    nowhere.token.clear();
    LifeRequest& life = request.value();
    life.unit = rehearsal_of(config.name);
    life.arguments = {"--rehearse", config.name};
    life.mark = mark_of(life.unit, std::to_string(life.life));
    life.outlives_supervisor = false;  // Nobody goes on with a rehearsal.
    const auto config_text = equip(life, config);
    if (!config_text) {
        return config_text.error();
    }
    rehearsed_in_sandbox_ = life.limits.sandbox ? std::optional(life.unit) : std::nullopt;
    const AgentConfig* const current = place_.fleet.config.find(config.name);
    const auto index = static_cast<std::size_t>(current - place_.fleet.config.agents.data());
    Json configure = place_.messages.configure_agent(index, nowhere, config_text.value());
    configure["plugin"] = config.plugin_file.string();
    configure["agent"] = config.agent;
    configure["grants"] = entry.prepared.grants;
    configure["state"] = nullptr;
    configure["state_file"] = state_copy_of(config.name).string();
    configure["copy_from"] = is_copied ? "" : place_.state.state_of(config.name).string();
    configure["record"] = nullptr;
    auto unborn = prepare_life(std::move(life));
    if (unborn) {
        unborn.value().channel.write_line(to_line(configure));
        unborn.value().channel.write_line(to_line(Json{{"do", "start"}}));
    }
    return unborn;
}

}  // namespace drover
