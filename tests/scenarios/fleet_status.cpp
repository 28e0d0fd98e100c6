// Reads the document of `drover status -o json`.
#include "scenarios/fleet_status.hpp"

#include <algorithm>

#include "base/json_value.hpp"

namespace drover::scenarios {
namespace {

AgentStatus read_agent(const Json& json) {
    AgentStatus agent;
    agent.name = value_or<std::string>(json, "name", "");
    if (json.contains("plugin") && json.at("plugin").is_string()) {
        agent.plugin = json.at("plugin").get<std::string>();
    }
    agent.state = value_or<std::string>(json, "state", "");
    agent.health = value_or<std::string>(json, "health", "");
    agent.reason = value_or<std::string>(json, "reason", "");
    if (json.contains("pid") && json.at("pid").is_number()) {
        agent.pid = json.at("pid").get<pid_t>();
    }
    agent.restarts = value_or<std::int64_t>(json, "restarts", -1);
    if (json.contains("last_exit") && !json.at("last_exit").is_null()) {
        const Json& last = json.at("last_exit");
        agent.last_exit = last.is_string() ? last.get<std::string>() : last.dump();
    }
    agent.messages_in = value_or<std::uint64_t>(json, "messages_in", 0);
    agent.messages_out = value_or<std::uint64_t>(json, "messages_out", 0);
    agent.lost = value_or<std::uint64_t>(json, "lost", 0);
    agent.refused = value_or<std::uint64_t>(json, "refused", 0);
    return agent;
}

}  // namespace

const AgentStatus& FleetStatus::operator[](const std::string& name) const {
    static const AgentStatus nobody;
    const auto found = agents.find(name);
    return found == agents.end() ? nobody : found->second;
}

bool FleetStatus::is_well() const {
    return !agents.empty() && std::all_of(agents.begin(), agents.end(), [](const auto& entry) {
        return entry.second.is_well();
    });
}

std::optional<FleetStatus> read_status(const std::string& document) {
    const auto json = parse_json(document);
    if (!json || !json.value().is_object() || !json.value().contains("agents")) {
        return std::nullopt;
    }
    FleetStatus status;
    status.text = json.value().dump(1);
    const Json supervisor = json.value().value("supervisor", Json::object());
    status.supervisor = value_or<pid_t>(supervisor, "pid", -1);
    status.guard = value_or<pid_t>(supervisor, "guard_pid", -1);
    for (const Json& agent : json.value().at("agents")) {
        AgentStatus read = read_agent(agent);
        status.agents.emplace(read.name, read);
    }
    return status;
}

}  // namespace drover::scenarios
