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
    return rule;
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

RouterAgent read_agent(const Json& json) {
    return {json.at("name").get<std::string>(),
            json.at("handle").get<std::uint32_t>(),
            json.at("consumes").get<std::vector<std::string>>(),
            json.at("publishes").get<std::vector<std::string>>(),
            read_request_ports(json, "serves"),
            read_request_ports(json, "asks")};
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
    return config;
}

Result<void> check_config(const RouterConfig& config) {
    if (config.queue == 0 || config.window.frames == 0 || config.window.bytes == 0) {
        return bad("queue and window must be above 0.");
    }
    if (config.epoch == 0) {
        return bad("the epoch must be above 0.");
    }
    if (config.agents.size() > std::numeric_limits<std::uint16_t>::max()) {
        return bad("a fleet has at most 65535 agents.");
    }
    for (const RouterRule& rule : config.rules) {
        if (auto checked = check_patterns({rule.pattern}, "the rules"); !checked) {
            return checked;
        }
    }
    for (const RouterAgent& agent : config.agents) {
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
        all.push_back({agent.name, agent.handle, agent.serves, agent.asks});
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

Result<LinkOrder> link_order_from_json(const Json& json) {
    try {
        return LinkOrder{json.at("agent").get<std::string>(),
                         json.at("incarnation").get<std::uint32_t>(),
                         json.at("endpoint").get<std::string>(),
                         json.at("token").get<std::string>()};
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
