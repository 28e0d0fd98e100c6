/// What is written, and over it the meaning of the keys that have one here.
#include "fleet/fleet_rendering.hpp"

#include <set>
#include <string_view>
#include <utility>

#include "base/json_pointer.hpp"
#include "base/json_value.hpp"
#include "base/message_type.hpp"
#include "config/written.hpp"
#include "fleet/config_values.hpp"

namespace drover {
namespace {

std::string text_of(bool yes) {
    return yes ? "true" : "false";
}

std::string text_of(const Distribution& distribution) {
    switch (distribution.mode) {
        case Distribution::Mode::round_robin:
            return "round_robin";
        case Distribution::Mode::by_key:
            return "by_key: " + distribution.key;
        case Distribution::Mode::all:
            break;
    }
    return "all";
}

std::string text_of(Nanoseconds duration) {
    return std::to_string(duration.count()) + "ns";
}

template <typename Word>
std::string number_of(Word word) {
    return std::to_string(static_cast<int>(word));
}

/// The values under `/agents/NAME`, those under `/defaults` where the agent has none.
Rendering written_of(const std::map<std::string, std::string>& written, const std::string& agent) {
    Rendering values;
    for (const std::string& above : {"/agents" + pointer_step(agent), std::string("/defaults")}) {
        const std::string begin = above + "/";
        for (auto value = written.lower_bound(begin);
             value != written.end() && value->first.starts_with(begin);
             ++value) {
            values.emplace(value->first.substr(above.size()), value->second);
        }
    }
    return values;
}

std::string rate_text(std::optional<std::uint64_t> rate) {
    return rate ? std::to_string(*rate) + "/s" : "unlimited";
}

/// The supervision of an agent, whose keys `known_keys` lists under `defaults`.
Rendering rendering_of(const SupervisionConfig& config) {
    return {{"/restart", number_of(config.restart)},
            {"/success_exit_codes", to_line(Json(config.success_exit_codes))},
            {"/backoff/initial", text_of(config.backoff.initial)},
            {"/backoff/factor", to_line(Json(config.backoff.factor))},
            {"/backoff/max", text_of(config.backoff.longest)},
            {"/backoff/jitter", to_line(Json(config.backoff.jitter))},
            {"/backoff/reset_after", text_of(config.backoff.reset_after)},
            {"/restart_limit/max_restarts", std::to_string(config.restart_limit.max_restarts)},
            {"/restart_limit/window", text_of(config.restart_limit.window)},
            {"/restart_limit/then", number_of(config.restart_limit.then)},
            {"/restart_limit/cooldown", text_of(config.restart_limit.cooldown)},
            {"/heartbeat/timeout", text_of(config.heartbeat.timeout)},
            {"/heartbeat/grace", text_of(config.heartbeat.grace)},
            {"/on_hang", number_of(config.on_hang)},
            {"/shutdown/timeout", text_of(config.shutdown_timeout)},
            {"/quota/messages", rate_text(config.quota.messages)},
            {"/quota/bytes", rate_text(config.quota.bytes)},
            {"/quota/burst", text_of(config.quota.burst)},
            {"/standby", number_of(config.standby)}};
}

/// The name in the file for each agent that is an instance.
using DeclaredNames = std::map<std::string, std::string>;

std::string declared(const DeclaredNames& names, const std::string& agent) {
    const auto found = names.find(agent);
    return found == names.end() ? agent : found->second;
}

/// As the file names them: how many instances there are is no matter of those who name them.
std::vector<std::string> declared(const DeclaredNames& names,
                                  const std::vector<std::string>& agents) {
    std::vector<std::string> written;
    for (const std::string& agent : agents) {
        std::string name = declared(names, agent);
        if (written.empty() || written.back() != name) {
            written.push_back(std::move(name));
        }
    }
    return written;
}

Rendering rendering_of(const std::vector<Dependency>& dependencies, const DeclaredNames& names) {
    Rendering values;
    for (const Dependency& dependency : dependencies) {
        const std::string above = "/depends_on" + pointer_step(declared(names, dependency.agent));
        values[above + "/condition"] = number_of(dependency.condition);
        values[above + "/restart"] = text_of(dependency.restart);
        values[above + "/on_down"] = number_of(dependency.on_down);
        values[above + "/pattern"] = dependency.pattern;
    }
    return values;
}

Rendering rendering_of(const ScheduleConfig& schedule) {
    return {{"/schedule/calendar", schedule.calendar},
            {"/schedule/session", "regular"},
            {"/schedule/lead_in", text_of(schedule.lead_in)},
            {"/schedule/lead_out", text_of(schedule.lead_out)},
            {"/schedule/start", schedule.start},
            {"/schedule/stop", schedule.stop},
            {"/schedule/cron", schedule.cron},
            {"/schedule/timezone", schedule.timezone},
            {"/schedule/run_on_start", text_of(schedule.run_on_start)}};
}

std::string list_of(const std::vector<std::string>& words) {
    return to_line(Json(words));
}

/// Whether what is written says nothing beyond the meanings below: all of `config`, a list of
/// dependencies, and maps without a key.
bool is_spelled_out(const std::string& key, const std::string& text) {
    constexpr std::string_view dependencies = "/depends_on/";
    const bool is_dependency =
        key.starts_with(dependencies) && key.find('/', dependencies.size()) == std::string::npos;
    const bool is_empty_map =
        text == "{}" && (key == "/backoff" || key == "/restart_limit" || key == "/heartbeat" ||
                         key == "/shutdown" || key == "/limits" || key == "/quota");
    return key == "/config" || key.starts_with("/config/") || key == "/depends_on" ||
           is_dependency || is_empty_map;
}

/// The library by its place and its build, so that a library that was built anew is a change.
std::string plugin_text(const AgentConfig& agent, const PreparedAgent& prepared) {
    return agent.plugin_file.string() + " " +
           (prepared.library ? prepared.library->build_id : "cannot be loaded");
}

Rendering rendering_of(const AgentConfig& agent,
                       const PreparedAgent& prepared,
                       const std::map<std::string, std::string>& written,
                       const DeclaredNames& names) {
    Rendering values = written_of(written, agent.declared_name());
    std::erase_if(values,
                  [](const auto& value) { return is_spelled_out(value.first, value.second); });
    Rendering meanings = rendering_of(agent.supervision);
    meanings.merge(rendering_of(agent.depends_on, names));
    if (agent.schedule) {
        meanings.merge(rendering_of(*agent.schedule));
    }
    meanings.merge(config_values(agent.config_json));
    meanings["/plugin"] = plugin_text(agent, prepared);
    meanings["/agent"] = prepared.description == nullptr ? agent.agent : prepared.description->name;
    meanings["/enabled"] = text_of(agent.enabled);
    meanings["/restart_group"] = agent.restart_group;
    meanings["/observer"] = text_of(agent.observer);
    meanings["/simulate"] = agent.simulate ? text_of(*agent.simulate) : "unset";
    meanings["/grants"] = list_of(prepared.grants);
    meanings["/env_file"] = to_line(Json(agent.variables));
    for (const AgentSecret& secret : agent.secrets) {
        meanings["/secrets" + pointer_step(secret.name)] =
            secret.file.string() + " " + std::to_string(secret.fingerprint);
    }
    if (!agent.instance_of.empty()) {
        values.erase("/replicas");  // A matter of the instances that come and go.
    }
    values.erase("/distribution/by_key");
    meanings["/distribution"] = text_of(agent.distribution);
    for (auto& [key, value] : meanings) {
        values[key] = std::move(value);
    }
    return values;
}

std::string type_text(const std::shared_ptr<const MessageType>& type) {
    return type ? type->name + "/" + std::to_string(type->version) + "/" +
                      std::to_string(layout_hash(*type))
                : "any";
}

std::string ports_text(const AgentConfig& config, const PreparedAgent& agent) {
    Json ports = Json::array();
    ports.push_back(text_of(config.distribution));
    if (agent.description != nullptr) {
        for (const PortDescription& port : agent.description->ports) {
            ports.push_back({port.name,
                             port.flags,
                             port.topic,
                             type_text(port.type),
                             type_text(port.reply_type)});
        }
    }
    return to_line(ports);
}

Rendering rendering_of(const std::vector<TopicRule>& rules,
                       const std::map<std::string, std::string>& written,
                       const DeclaredNames& names) {
    Rendering values;
    std::vector<std::string> patterns;
    for (auto value = written.lower_bound("/topics/");
         value != written.end() && value->first.starts_with("/topics/");
         ++value) {
        values.insert(*value);
    }
    for (const TopicRule& rule : rules) {
        const std::string above = "/topics" + pointer_step(rule.pattern);
        patterns.push_back(rule.pattern);
        values.erase(above);  // "{}"
        values[above + "/delivery"] = number_of(rule.delivery);
        values[above + "/gated"] = text_of(rule.gated);
        values[above + "/publishers"] =
            rule.publishers ? list_of(declared(names, *rule.publishers)) : "any";
        values[above + "/subscribers"] =
            rule.subscribers ? list_of(declared(names, *rule.subscribers)) : "any";
        values[above + "/receivers"] =
            rule.receivers_declared
                ? "declared"
                : (rule.receivers ? list_of(declared(names, *rule.receivers)) : "unset");
    }
    values["/topics"] = list_of(patterns);
    return values;
}

Rendering rendering_of(const FleetConfig& config) {
    Rendering values;
    for (const auto& [key, value] : config.written) {
        const std::string_view first = std::string_view(key).substr(0, key.find('/', 1));
        if (first != "/agents" && first != "/defaults" && first != "/topics" &&
            first != "/version" && first != "/clock") {
            values[key] = value;
        }
    }
    values["/name"] = config.name;
    values["/clock"] = config.replay_clock.value_or("");
    values["/on_supervisor_death"] = number_of(config.on_supervisor_death);
    values.erase("/shutdown");
    values["/shutdown/timeout"] = text_of(config.shutdown_timeout);
    values["/defaults/log/max_size"] = std::to_string(config.log.max_size);
    values["/defaults/log/max_files"] = std::to_string(config.log.max_files);
    values["/defaults/log/rate"] = std::to_string(config.log.rate);
    return values;
}

}  // namespace

FleetRendering rendering_of(const PreparedFleet& fleet) {
    FleetRendering rendering;
    const FleetConfig& config = fleet.config;
    rendering.fleet = rendering_of(config);
    DeclaredNames names;
    for (const AgentConfig& agent : config.agents) {
        names[agent.name] = agent.declared_name();
    }
    rendering.topics = rendering_of(config.topics, config.written, names);
    for (std::size_t i = 0; i < config.agents.size(); ++i) {
        const AgentConfig& agent = config.agents[i];
        rendering.agents[agent.name] = rendering_of(agent, fleet.agents[i], config.written, names);
        rendering.ports[agent.name] = ports_text(agent, fleet.agents[i]);
        rendering.places[agent.name] = "/agents" + pointer_step(agent.declared_name()) +
                                       (agent.instance_of.empty() ? "" : "/replicas");
        rendering.order.push_back(agent.name);
    }
    return rendering;
}

std::vector<std::string> differing(const Rendering& left, const Rendering& right) {
    std::set<std::string> keys;
    const auto collect = [&keys](const Rendering& one, const Rendering& other) {
        for (const auto& [key, value] : one) {
            const auto found = other.find(key);
            if (found == other.end() || found->second != value) {
                keys.insert(key);
            }
        }
    };
    collect(left, right);
    collect(right, left);
    return {keys.begin(), keys.end()};
}

}  // namespace drover
