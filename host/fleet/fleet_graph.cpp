/// Working out levels and flows.
#include "fleet/fleet_graph.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <drover/description.h>

#include "base/json_value.hpp"
#include "base/topic.hpp"

namespace drover {

namespace {

std::string_view next_token(std::string_view& rest) {
    const std::size_t dot = rest.find('.');
    const std::string_view token = rest.substr(0, dot);
    rest = dot == std::string_view::npos ? std::string_view{} : rest.substr(dot + 1);
    return token;
}

void append(std::string& pattern, std::string_view tokens) {
    pattern += (pattern.empty() ? "" : ".") + std::string(tokens);
}

/// Levels by the longest way to an agent that depends on none.
class Levels {
public:
    explicit Levels(const FleetConfig& config) : config_(config) {}

    std::size_t of(const std::string& name) {
        if (const auto known = levels_.find(name); known != levels_.end()) {
            return known->second;
        }
        levels_[name] = 1;
        std::size_t level = 1;
        if (const AgentConfig* const agent = config_.find(name)) {
            for (const Dependency& dependency : agent->depends_on) {
                level = std::max(level, of(dependency.agent) + 1);
            }
        }
        levels_[name] = level;
        return level;
    }

private:
    const FleetConfig& config_;
    std::map<std::string, std::size_t> levels_;
};

bool is_same_type(const PortDescription& out, const PortDescription& in) {
    return !in.type || !out.type ||
           (in.type->name == out.type->name && in.type->version == out.type->version);
}

/// Whether a rule lets an agent; without a list it lets all.
bool is_named(const std::optional<std::vector<std::string>>& names, const std::string& agent) {
    return !names || std::ranges::find(*names, agent) != names->end();
}

/// What the topic rules make of a flow; nothing when they forbid all of it.
std::optional<GraphFlow> under_rules(GraphFlow flow, const std::vector<TopicRule>& rules) {
    for (const TopicRule& rule : rules) {
        if (!pattern_covers(rule.pattern, flow.topics)) {
            continue;  // Decides for some of its topics at most.
        }
        if (!is_named(rule.publishers, flow.publisher) ||
            !is_named(rule.subscribers, flow.receiver)) {
            return std::nullopt;
        }
        flow.gated = rule.gated;
        flow.durable = rule.delivery == Delivery::durable;
        break;
    }
    return flow;
}

class Flows {
public:
    explicit Flows(const PreparedFleet& fleet) : fleet_(fleet) {}

    std::vector<GraphFlow> find() {
        for (std::size_t from = 0; from < fleet_.agents.size(); ++from) {
            for_each_port(from, DROVER_PORT_OUT, [&](const PortDescription& out) {
                for (std::size_t to = 0; to < fleet_.agents.size(); ++to) {
                    connect(from, out, to);
                }
            });
        }
        return std::move(flows_);
    }

private:
    template <typename Visit>
    void for_each_port(std::size_t agent, std::uint32_t flag, const Visit& visit) {
        const AgentDescription* const about = fleet_.agents[agent].description;
        if (about == nullptr || !fleet_.config.agents[agent].enabled) {
            return;
        }
        for (const PortDescription& port : about->ports) {
            if ((port.flags & flag) != 0) {
                visit(port);
            }
        }
    }

    void connect(std::size_t from, const PortDescription& out, std::size_t to) {
        for_each_port(to, DROVER_PORT_IN, [&](const PortDescription& in) {
            GraphFlow flow;
            flow.publisher = fleet_.config.agents[from].name;
            flow.receiver = fleet_.config.agents[to].name;
            flow.topics = common_pattern(out.topic, in.topic);
            flow.on_demand = (in.flags & DROVER_PORT_ON_DEMAND) != 0;
            const auto& ports = fleet_.agents[to].description->ports;
            flow.ports.push_back(static_cast<std::uint32_t>(&in - ports.data()));
            if (flow.topics.empty() || !is_same_type(out, in)) {
                return;
            }
            if (auto allowed = under_rules(std::move(flow), fleet_.config.topics)) {
                add(std::move(*allowed));
            }
        });
    }

    /// Two ports of one agent may take the same topics.
    void add(GraphFlow flow) {
        const auto known = std::ranges::find_if(flows_, [&](const GraphFlow& one) {
            return one.publisher == flow.publisher && one.receiver == flow.receiver &&
                   one.topics == flow.topics;
        });
        if (known == flows_.end()) {
            flows_.push_back(std::move(flow));
        } else {
            known->ports.push_back(flow.ports.front());
        }
    }

    const PreparedFleet& fleet_;
    std::vector<GraphFlow> flows_;
};

GraphAgent agent_of(const AgentConfig& config, const PreparedAgent& prepared, std::size_t level) {
    GraphAgent agent;
    agent.name = config.name;
    agent.plugin = config.plugin;
    agent.agent = config.agent;
    agent.enabled = config.enabled;
    agent.cannot_run = prepared.cannot_run.value_or("");
    agent.level = level;
    for (const Dependency& dependency : config.depends_on) {
        agent.depends_on.push_back({dependency.agent,
                                    std::string(text_of(dependency.condition)),
                                    dependency.restart,
                                    std::string(text_of(dependency.on_down)),
                                    dependency.pattern});
    }
    return agent;
}

Json json_of(const GraphAgent& agent) {
    Json depends_on = Json::array();
    for (const GraphDependency& dependency : agent.depends_on) {
        depends_on.push_back({{"agent", dependency.agent},
                              {"condition", dependency.condition},
                              {"restart", dependency.restart},
                              {"on_down", dependency.on_down},
                              {"pattern", dependency.pattern}});
    }
    return {{"name", agent.name},
            {"plugin", agent.plugin},
            {"agent", agent.agent},
            {"enabled", agent.enabled},
            {"cannot_run", agent.cannot_run},
            {"level", agent.level},
            {"depends_on", std::move(depends_on)}};
}

GraphAgent agent_from(const Json& json) {
    GraphAgent agent;
    agent.name = json.at("name").get<std::string>();
    agent.plugin = json.at("plugin").get<std::string>();
    agent.agent = json.at("agent").get<std::string>();
    agent.enabled = json.at("enabled").get<bool>();
    agent.cannot_run = json.at("cannot_run").get<std::string>();
    agent.level = json.at("level").get<std::size_t>();
    for (const Json& dependency : json.at("depends_on")) {
        agent.depends_on.push_back({dependency.at("agent").get<std::string>(),
                                    dependency.at("condition").get<std::string>(),
                                    dependency.at("restart").get<bool>(),
                                    dependency.at("on_down").get<std::string>(),
                                    dependency.at("pattern").get<std::string>()});
    }
    return agent;
}

}  // namespace

std::string common_pattern(std::string_view left, std::string_view right) {
    std::string common;
    while (!left.empty() && !right.empty()) {
        const std::string_view left_rest = left;
        const std::string_view right_rest = right;
        const std::string_view one = next_token(left);
        const std::string_view other = next_token(right);
        if (one == ">" || other == ">") {
            append(common, one == ">" ? right_rest : left_rest);
            return common;
        }
        if (one != "*" && other != "*" && one != other) {
            return "";
        }
        append(common, one == "*" ? other : one);
    }
    return left.empty() && right.empty() ? common : "";
}

FleetGraph graph_of(const PreparedFleet& fleet) {
    FleetGraph graph;
    graph.fleet = fleet.config.name;
    graph.replay_clock = fleet.config.replay_clock.value_or("");
    Levels levels(fleet.config);
    for (std::size_t index = 0; index < fleet.config.agents.size(); ++index) {
        const AgentConfig& config = fleet.config.agents[index];
        graph.agents.push_back(agent_of(config, fleet.agents[index], levels.of(config.name)));
    }
    graph.flows = Flows(fleet).find();
    return graph;
}

Json to_json(const FleetGraph& graph) {
    Json agents = Json::array();
    for (const GraphAgent& agent : graph.agents) {
        agents.push_back(json_of(agent));
    }
    Json flows = Json::array();
    for (const GraphFlow& flow : graph.flows) {
        flows.push_back({{"publisher", flow.publisher},
                         {"receiver", flow.receiver},
                         {"topics", flow.topics},
                         {"gated", flow.gated},
                         {"durable", flow.durable},
                         {"on_demand", flow.on_demand}});
    }
    return {{"fleet", graph.fleet},
            {"replay_clock", graph.replay_clock},
            {"agents", std::move(agents)},
            {"flows", std::move(flows)}};
}

Result<FleetGraph> graph_from_json(const Json& json) {
    try {
        FleetGraph graph;
        graph.fleet = json.at("fleet").get<std::string>();
        graph.replay_clock = json.at("replay_clock").get<std::string>();
        for (const Json& agent : json.at("agents")) {
            graph.agents.push_back(agent_from(agent));
        }
        for (const Json& flow : json.at("flows")) {
            graph.flows.push_back({flow.at("publisher").get<std::string>(),
                                   flow.at("receiver").get<std::string>(),
                                   flow.at("topics").get<std::string>(),
                                   flow.at("gated").get<bool>(),
                                   flow.at("durable").get<bool>(),
                                   flow.at("on_demand").get<bool>()});
        }
        return graph;
    } catch (const Json::exception& fault) {
        return Error{ErrorKind::invalid,
                     std::string("droverd's answer is no graph: ") + fault.what() +
                         ". Is it of another version?"};
    }
}

}  // namespace drover
