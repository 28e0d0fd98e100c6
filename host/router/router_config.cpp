#include "router/router_config.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/json_value.hpp"
#include "base/topic.hpp"

namespace drover {
namespace {

Error bad(const std::string& sentence) {
    return {ErrorKind::invalid, "The router's configuration is wrong: " + sentence};
}

Result<void> check_patterns(const std::vector<std::string>& patterns, const std::string& owner) {
    for (const std::string& pattern : patterns) {
        if (!is_topic_pattern(pattern)) {
            return bad("'" + pattern + "' of " + owner + " is not a topic pattern.");
        }
    }
    return success();
}

/// Throws Json::exception for a missing key or a value of another type.
RouterRule read_rule(const Json& json) {
    RouterRule rule;
    rule.pattern = json.at("pattern").get<std::string>();
    rule.gated = json.at("gated").get<bool>();
    if (const Json& publishers = json.at("publishers"); !publishers.is_null()) {
        rule.publishers = publishers.get<std::vector<std::string>>();
    }
    const auto delivery = value_or<std::string>(json, "delivery", "stream");
    rule.latest = delivery == "latest";
    rule.durable = delivery == "durable";
    if (const auto names = json.find("receivers"); names != json.end() && !names->is_null()) {
        rule.receivers = names->get<std::vector<std::string>>();
    }
    if (const auto names = json.find("subscribers"); names != json.end() && !names->is_null()) {
        rule.subscribers = names->get<std::vector<std::string>>();
    }
    return rule;
}

std::map<std::string, Quota> read_quotas(const Json& json) {
    std::map<std::string, Quota> quotas;
    if (const auto found = json.find("quotas"); found != json.end()) {
        for (const auto& [name, quota] : found->items()) {
            quotas[name] = quota_from_json(quota);
        }
    }
    return quotas;
}

std::vector<RequestPort> read_request_ports(const Json& agent, const char* key) {
    std::vector<RequestPort> ports;
    if (const auto found = agent.find(key); found != agent.end()) {
        for (const Json& port : *found) {
            ports.push_back({port.at("port").get<std::uint16_t>(),
                             port.at("name").get<std::string>(),
                             port.at("topic").get<std::string>(),
                             port.at("type").get<std::uint32_t>(),
                             port.at("reply_type").get<std::uint32_t>()});
        }
    }
    return ports;
}

Sharing sharing_of(const std::string& word) {
    if (word == "round_robin") {
        return Sharing::round_robin;
    }
    return word == "by_key" ? Sharing::by_key : Sharing::all;
}

std::vector<RecordKey> read_keys(const Json& agent) {
    std::vector<RecordKey> keys;
    for (const Json& key : value_or<Json>(agent, "keys", Json::array())) {
        keys.push_back({key.at("type").get<std::uint32_t>(),
                        key.at("offset").get<std::uint32_t>(),
                        key.at("size").get<std::uint32_t>()});
    }
    return keys;
}

RouterAgent read_agent(const Json& json) {
    return {json.at("name").get<std::string>(),
            json.at("handle").get<std::uint32_t>(),
            json.at("consumes").get<std::vector<std::string>>(),
            json.at("publishes").get<std::vector<std::string>>(),
            read_request_ports(json, "serves"),
            read_request_ports(json, "asks"),
            value_or<std::string>(json, "instance_of", ""),
            sharing_of(value_or<std::string>(json, "distribution", "all")),
            read_keys(json),
            Quota{},
            false,
            value_or<bool>(json, "observer", false),
            value_or<bool>(json, "retiring", false)};
}

std::optional<LogOptions> read_log_options(const Json& json) {
    const auto log = json.find("log");
    if (log == json.end() || log->is_null()) {
        return std::nullopt;
    }
    LogOptions options;
    options.folder = log->at("folder").get<std::string>();
    options.segment_size = log->at("segment_size").get<std::uint64_t>();
    options.max_size = log->at("max_size").get<std::uint64_t>();
    return options;
}

RouterConfig read_config(const Json& json) {
    RouterConfig config;
    config.epoch = json.at("epoch").get<std::uint64_t>();
    config.fleet = json.at("fleet").get<std::string>();
    config.has_replay_clock = json.at("clock").get<std::string>() == "replay";
    config.tap = json.at("tap").get<std::string>();
    config.kill_switch = json.at("kill_switch").get<std::string>();
    for (const Json& rule : json.at("rules")) {
        config.rules.push_back(read_rule(rule));
    }
    config.window.frames = json.at("window").at("frames").get<std::uint32_t>();
    config.window.bytes = json.at("window").at("bytes").get<std::uint64_t>();
    config.queue = json.at("queue").get<std::size_t>();
    for (const Json& agent : json.at("agents")) {
        config.agents.push_back(read_agent(agent));
    }
    config.log = read_log_options(json);
    for (const auto& [name, quota] : read_quotas(json)) {
        if (const auto agent = config.find(name)) {
            config.agents[*agent].quota = quota;
        }
    }
    return config;
}

Result<void> check_rules(const std::vector<RouterRule>& rules) {
    for (const RouterRule& rule : rules) {
        if (auto checked = check_patterns({rule.pattern}, "the rules"); !checked) {
            return checked;
        }
    }
    return success();
}

Result<void> check_agents(const std::vector<RouterAgent>& agents) {
    for (const RouterAgent& agent : agents) {
        for (const auto* patterns : {&agent.consumes, &agent.publishes}) {
            if (auto checked = check_patterns(*patterns, "agent '" + agent.name + "'"); !checked) {
                return checked;
            }
        }
        for (const auto* ports : {&agent.serves, &agent.asks}) {
            for (const RequestPort& port : *ports) {
                if (auto checked = check_patterns({port.topic}, "agent '" + agent.name + "'");
                    !checked) {
                    return checked;
                }
            }
        }
    }
    return success();
}

Result<void> check_config(const RouterConfig& config) {
    if (config.queue == 0 || config.window.frames == 0 || config.window.bytes == 0) {
        return bad("queue and window must be above 0.");
    }
    const bool has_durable = std::ranges::any_of(config.rules, &RouterRule::durable);
    if (has_durable && !config.log) {
        return bad("a rule is durable, and there is no log.");
    }
    if (config.epoch == 0) {
        return bad("the epoch must be above 0.");
    }
    if (config.agents.size() > std::numeric_limits<std::uint16_t>::max()) {
        return bad("a fleet has at most 65535 agents.");
    }
    if (auto checked = check_rules(config.rules); !checked) {
        return checked;
    }
    return check_agents(config.agents);
}

}  // namespace

std::optional<std::uint16_t> RouterConfig::find(const std::string& name) const {
    const auto found = std::ranges::find(agents, name, &RouterAgent::name);
    if (found == agents.end()) {
        return std::nullopt;
    }
    return static_cast<std::uint16_t>(found - agents.begin());
}

RequestDirectory RouterConfig::requests() const {
    std::vector<RequestPorts> all;
    for (const RouterAgent& agent : agents) {
        // One that has left answers nobody, but keeps its number.
        all.push_back({agent.name,
                       agent.handle,
                       agent.has_left ? std::vector<RequestPort>() : agent.serves,
                       agent.asks,
                       agent.instance_of});
    }
    return RequestDirectory(std::move(all));
}

Result<RouterConfig> router_config_from_json(const Json& json) {
    try {
        RouterConfig config = read_config(json);
        if (auto checked = check_config(config); !checked) {
            return checked.error();
        }
        return config;
    } catch (const Json::exception& error) {
        return bad(std::string(error.what()) + ".");
    }
}

Result<FleetChange> fleet_change_from_json(const Json& json) {
    FleetChange change;
    try {
        for (const Json& agent : json.at("join")) {
            change.join.push_back(read_agent(agent));
        }
        change.leave = json.at("leave").get<std::vector<std::string>>();
        for (const Json& rule : json.at("rules")) {
            change.rules.push_back(read_rule(rule));
        }
        change.quotas = read_quotas(json);
    } catch (const Json::exception& error) {
        return bad(std::string(error.what()) + ".");
    }
    if (auto checked = check_rules(change.rules); !checked) {
        return checked.error();
    }
    if (auto checked = check_agents(change.join); !checked) {
        return checked.error();
    }
    return change;
}

Result<LinkOrder> link_order_from_json(const Json& json) {
    try {
        LinkOrder order{json.at("agent").get<std::string>(),
                        json.at("incarnation").get<std::uint32_t>(),
                        json.at("endpoint").get<std::string>(),
                        json.at("token").get<std::string>(),
                        {},
                        {}};
        if (const auto user = json.find("user"); user != json.end()) {
            order.user = user->get<std::uint32_t>();
        }
        if (const auto peer = json.find("pid"); peer != json.end()) {
            order.peer = peer->get<pid_t>();
        }
        return order;
    } catch (const Json::exception& error) {
        return Error{ErrorKind::invalid,
                     std::string("The order to make a link is wrong: ") + error.what() + "."};
    }
}

Result<PersonRequest> person_request_from_json(const Json& json, const RouterConfig& config) {
    try {
        const auto name = json.at("agent").get<std::string>();
        const auto agent = config.find(name);
        if (!agent) {
            return Error{ErrorKind::not_found,
                         "'" + name + "', which a person asks, is no agent of this fleet."};
        }
        return PersonRequest{json.at("id").get<std::uint64_t>(),
                             *agent,
                             json.at("port").get<std::uint16_t>(),
                             json.at("timeout").get<std::int64_t>(),
                             json.at("body").get<std::string>()};
    } catch (const Json::exception& error) {
        return Error{ErrorKind::invalid,
                     std::string("The request of a person is wrong: ") + error.what() + "."};
    }
}

}  // namespace drover
