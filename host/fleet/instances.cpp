#include "fleet/instances.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <drover/description.h>
#include <drover/message_type.h>

#include "base/names.hpp"
#include "fleet/fleet_graph.hpp"

namespace drover {
namespace {

using InstanceNames = std::map<std::string, std::vector<std::string>>;

InstanceNames names_of_instances(const FleetConfig& config) {
    InstanceNames names;
    for (const AgentConfig& agent : config.agents) {
        if (!agent.replicas) {
            continue;
        }
        for (int number = 1; number <= *agent.replicas; ++number) {
            names[agent.name].push_back(instance_name(agent.name, number));
        }
    }
    return names;
}

void name_instances(std::optional<std::vector<std::string>>& list, const InstanceNames& instances) {
    if (!list) {
        return;
    }
    std::vector<std::string> named;
    for (std::string& name : *list) {
        if (const auto found = instances.find(name); found != instances.end()) {
            named.insert(named.end(), found->second.begin(), found->second.end());
        } else {
            named.push_back(std::move(name));
        }
    }
    list = std::move(named);
}

void depend_on_instances(std::vector<Dependency>& dependencies, const InstanceNames& instances) {
    std::vector<Dependency> all;
    for (Dependency& dependency : dependencies) {
        const auto found = instances.find(dependency.agent);
        if (found == instances.end()) {
            all.push_back(std::move(dependency));
            continue;
        }
        for (const std::string& name : found->second) {
            Dependency& one = all.emplace_back(dependency);
            one.agent = name;
        }
    }
    dependencies = std::move(all);
}

bool has_key(const AgentDescription& description, const std::string& field) {
    return std::ranges::any_of(description.ports, [&](const PortDescription& port) {
        return (port.flags & DROVER_PORT_IN) != 0 && port.type && key_place(*port.type, field);
    });
}

/// The fields that could decide, for the sentence of a fault.
std::string known_keys_of(const AgentDescription& description) {
    std::vector<std::string> fields;
    for (const PortDescription& port : description.ports) {
        if ((port.flags & DROVER_PORT_IN) == 0 || !port.type) {
            continue;
        }
        for (const FieldDescription& field : port.type->fields) {
            if (key_place(*port.type, field.name) &&
                std::ranges::find(fields, field.name) == fields.end()) {
                fields.push_back(field.name);
            }
        }
    }
    std::string text;
    for (const std::string& field : fields) {
        text += (text.empty() ? " They have: " : ", ") + field;
    }
    return text.empty() ? "" : text + ".";
}

/// Whether the rule's messages are kept for the agent, if it consumes them.
bool names_receiver(const TopicRule& rule, const AgentConfig& agent) {
    return !agent.observer &&
           (!rule.receivers || std::ranges::any_of(*rule.receivers, [&](const std::string& name) {
               return name == agent.name || name == agent.declared_name();
           }));
}

void check_turns(const FleetConfig& config,
                 const AgentConfig& agent,
                 const AgentDescription& description,
                 std::vector<Fault>& faults) {
    for (const TopicRule& rule : config.topics) {
        const bool is_consumed =
            std::ranges::any_of(description.ports, [&](const PortDescription& port) {
                return (port.flags & DROVER_PORT_IN) != 0 &&
                       !common_pattern(port.topic, rule.pattern).empty();
            });
        if (rule.delivery != Delivery::durable || !is_consumed || !names_receiver(rule, agent)) {
            continue;
        }
        faults.push_back({agent.distribution_place,
                          "agent '" + agent.name +
                              "': 'distribution: round_robin' does not go with the durable "
                              "topics '" +
                              rule.pattern +
                              "', of which each receiver must be known: use {by_key: FIELD} or "
                              "all, or make the agent an observer of them."});
    }
}

/// Puts instances together again: the first one stands for all, under the name in the file.
PreparedFleet collapse_instances(PreparedFleet fleet) {
    std::map<std::string, std::string> declared;
    std::vector<AgentConfig> configs;
    std::vector<PreparedAgent> agents;
    for (std::size_t index = 0; index < fleet.config.agents.size(); ++index) {
        AgentConfig& agent = fleet.config.agents[index];
        if (agent.instance_of.empty()) {
            configs.push_back(std::move(agent));
            agents.push_back(std::move(fleet.agents[index]));
            continue;
        }
        declared[agent.name] = agent.instance_of;
        const bool is_first = configs.empty() || configs.back().name != agent.instance_of;
        if (is_first) {
            configs.push_back(std::move(agent));
            configs.back().name = std::exchange(configs.back().instance_of, "");
            configs.back().replicas = 0;
            agents.push_back(std::move(fleet.agents[index]));
        }
        ++*configs.back().replicas;
    }
    const auto rename = [&declared](std::string& name) {
        if (const auto found = declared.find(name); found != declared.end()) {
            name = found->second;
        }
    };
    for (AgentConfig& agent : configs) {
        for (Dependency& dependency : agent.depends_on) {
            rename(dependency.agent);
        }
        const auto twice = std::unique(agent.depends_on.begin(),
                                       agent.depends_on.end(),
                                       [](const Dependency& left, const Dependency& right) {
                                           return left.agent == right.agent;
                                       });
        agent.depends_on.erase(twice, agent.depends_on.end());
    }
    for (TopicRule& rule : fleet.config.topics) {
        for (auto* const list : {&rule.publishers, &rule.subscribers, &rule.receivers}) {
            if (*list) {
                std::ranges::for_each(**list, rename);
                (*list)->erase(std::unique((*list)->begin(), (*list)->end()), (*list)->end());
            }
        }
    }
    fleet.config.agents = std::move(configs);
    fleet.agents = std::move(agents);
    return fleet;
}

}  // namespace

std::optional<KeyPlace> key_place(const MessageType& type, const std::string& field) {
    if (type.encoding != DROVER_ENCODING_RECORDS) {
        return std::nullopt;
    }
    const auto found = std::ranges::find(type.fields, field, &FieldDescription::name);
    const std::uint32_t size = found == type.fields.end() ? 0 : size_of_kind(*found) * found->count;
    return size == 0 ? std::nullopt : std::optional(KeyPlace{found->offset, size});
}

void check_distributions(const FleetConfig& config,
                         const std::vector<PreparedAgent>& agents,
                         std::vector<Fault>& faults) {
    for (std::size_t index = 0; index < agents.size(); ++index) {
        const AgentConfig& agent = config.agents[index];
        const AgentDescription* const description = agents[index].description;
        if (description == nullptr) {
            continue;
        }
        if (agent.distribution.mode == Distribution::Mode::round_robin) {
            check_turns(config, agent, *description, faults);
        }
        if (agent.distribution.mode == Distribution::Mode::by_key &&
            !has_key(*description, agent.distribution.key)) {
            faults.push_back({agent.distribution_place,
                              "agent '" + agent.name +
                                  "': 'by_key': no records that it consumes "
                                  "have a field '" +
                                  agent.distribution.key + "'." + known_keys_of(*description)});
        }
    }
}

PreparedFleet expand_instances(PreparedFleet fleet) {
    const InstanceNames instances = names_of_instances(fleet.config);
    if (instances.empty()) {
        return fleet;
    }
    std::vector<AgentConfig> configs;
    std::vector<PreparedAgent> agents;
    for (std::size_t index = 0; index < fleet.config.agents.size(); ++index) {
        AgentConfig& agent = fleet.config.agents[index];
        depend_on_instances(agent.depends_on, instances);
        const auto found = instances.find(agent.name);
        if (found == instances.end()) {
            configs.push_back(std::move(agent));
            agents.push_back(std::move(fleet.agents[index]));
            continue;
        }
        for (const std::string& name : found->second) {
            AgentConfig& instance = configs.emplace_back(agent);
            instance.instance_of = std::exchange(instance.name, name);
            agents.push_back(fleet.agents[index]);
        }
    }
    fleet.config.agents = std::move(configs);
    fleet.agents = std::move(agents);
    for (TopicRule& rule : fleet.config.topics) {
        name_instances(rule.publishers, instances);
        name_instances(rule.subscribers, instances);
        name_instances(rule.receivers, instances);
    }
    return fleet;
}

Result<PreparedFleet> scale_instances(PreparedFleet fleet, const std::string& agent, int count) {
    PreparedFleet whole = collapse_instances(std::move(fleet));
    std::vector<std::string> names;
    for (AgentConfig& config : whole.config.agents) {
        names.push_back(config.name);
        if (config.name != agent) {
            continue;
        }
        if (!config.replicas) {
            return Error{ErrorKind::refused,
                         "'" + agent +
                             "' has no 'replicas' in agents.yaml and runs under its own name: "
                             "write 'replicas: 1' there and apply it, then it can be scaled."};
        }
        config.replicas = count;
        return expand_instances(std::move(whole));
    }
    return Error{ErrorKind::not_found,
                 "The fleet has no agent named '" + agent + "'." + did_you_mean(agent, names)};
}

}  // namespace drover
