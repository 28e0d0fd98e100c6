// The rest of FleetMessages: what a recorder is told of the fleet, and agents of a recorder.
#include <algorithm>

#include "base/json_value.hpp"
#include "daemon/fleet_messages.hpp"
#include "fleet/simulation_part.hpp"

namespace drover {

void FleetMessages::set_recorder(std::optional<RecorderPlace> recorder) {
    recorder_ = std::move(recorder);
}

Json FleetMessages::record_order(const std::string& agent) const {
    const AgentConfig* const config = fleet_->config.find(agent);
    const bool is_meant =
        recorder_ && config != nullptr &&
        (recorder_->agents.empty() ||
         std::ranges::find(recorder_->agents, agent) != recorder_->agents.end() ||
         std::ranges::find(recorder_->agents, config->instance_of) != recorder_->agents.end());
    if (!is_meant) {
        return nullptr;
    }
    Json secrets = Json::object();
    for (const AgentSecret& secret : config->secrets) {
        secrets[secret.name] = secret.file.string();
    }
    return {{"socket", recorder_->socket},
            {"patterns", recorder_->patterns},
            {"config", config->config_json},
            {"secrets", std::move(secrets)},
            {"secret_places", config->secret_values}};
}

Json FleetMessages::recording_names() const {
    const FleetConfig& config = fleet_->config;
    Json agents = Json::array();
    for (std::size_t i = 0; i < config.agents.size(); ++i) {
        const AgentConfig& agent = config.agents[i];
        const PreparedAgent& prepared = fleet_->agents[i];
        const auto left_out = why_not_simulated(agent, prepared);
        Json entry = {{"name", agent.name},
                      {"handle", handles_->publisher(agent.name)},
                      {"plugin", agent.plugin_file.string()},
                      {"agent", agent.agent},
                      {"build_id", prepared.library ? prepared.library->build_id : std::string()},
                      {"flags", prepared.description == nullptr ? 0U : prepared.description->flags},
                      {"config", agent.config_json},
                      {"left_out", left_out ? Json(*left_out) : Json(nullptr)}};
        if (!agent.instance_of.empty()) {
            entry["instance_of"] = agent.instance_of;
            entry["distribution"] = text_of(agent.distribution.mode);
            entry["keys"] = keys_of(i);
        }
        agents.push_back(std::move(entry));
    }
    return {{"fleet", config.name},
            {"file", config.file.string()},
            {"replay_clock", config.replay_clock ? Json(*config.replay_clock) : Json(nullptr)},
            {"rules", rules()},
            {"agents", std::move(agents)},
            {"types", types()},
            {"host", "drover " DROVER_VERSION}};
}

}  // namespace drover
