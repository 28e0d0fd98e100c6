#include "fleet/kept_topics.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include <drover/description.h>

#include "base/topic.hpp"

namespace drover {
namespace {

bool keeps_from(const TopicRule& rule, const std::string& agent) {
    return rule.subscribers &&
           std::ranges::find(*rule.subscribers, agent) == rule.subscribers->end();
}

/// The rule that keeps the last of the topics of a pattern from an agent, where others keep the
/// rest of them or it keeps them all; null where the agent receives some.
const TopicRule* last_keeper(const std::vector<TopicRule>& rules,
                             const std::string& topics,
                             const std::string& agent) {
    for (const TopicRule& rule : rules) {
        if (!patterns_overlap(rule.pattern, topics)) {
            continue;
        }
        if (!keeps_from(rule, agent)) {
            return nullptr;
        }
        if (pattern_covers(rule.pattern, topics)) {
            return &rule;
        }
    }
    return nullptr;
}

/// Whether an agent of this name, or an instance of it, is not known well enough, or has such a
/// port.
bool may_have_port(const FleetConfig& config,
                   const std::vector<PreparedAgent>& agents,
                   const std::string& name,
                   std::uint32_t direction,
                   const std::string& topics) {
    bool is_known = false;
    for (std::size_t index = 0; index < agents.size(); ++index) {
        const AgentConfig& agent = config.agents[index];
        if (agent.name != name && agent.instance_of != name) {
            continue;
        }
        const AgentDescription* const description = agents[index].description;
        if (description == nullptr ||
            std::ranges::any_of(description->ports, [&](const PortDescription& port) {
                return (port.flags & direction) != 0 && patterns_overlap(port.topic, topics);
            })) {
            return true;
        }
        is_known = true;
    }
    return !is_known;
}

}  // namespace

std::vector<Fault> warn_of_names_without_ports(const FleetConfig& config,
                                               const std::vector<PreparedAgent>& agents) {
    std::vector<Fault> warnings;
    for (const TopicRule& rule : config.topics) {
        const auto look = [&](const std::string& key,
                              const std::optional<std::vector<std::string>>& names,
                              std::uint32_t direction) {
            for (const std::string& name : names.value_or(std::vector<std::string>())) {
                if (may_have_port(config, agents, name, direction, rule.pattern)) {
                    continue;
                }
                const auto place = rule.name_places.find(key + "/" + name);
                warnings.push_back({place == rule.name_places.end() ? rule.place : place->second,
                                    "topic '" + rule.pattern + "': '" + key + "' names '" + name +
                                        "', which has no port that " +
                                        (direction == DROVER_PORT_OUT ? "publishes" : "consumes") +
                                        " any of it."});
            }
        };
        look("publishers", rule.publishers, DROVER_PORT_OUT);
        look("subscribers", rule.subscribers, DROVER_PORT_IN);
        look("receivers", rule.receivers, DROVER_PORT_IN);
    }
    return warnings;
}

std::vector<Fault> warn_of_kept_topics(const FleetConfig& config,
                                       const std::vector<PreparedAgent>& agents) {
    std::vector<Fault> warnings;
    for (std::size_t index = 0; index < agents.size(); ++index) {
        const AgentConfig& agent = config.agents[index];
        if (agents[index].description == nullptr || !agent.enabled) {
            continue;
        }
        for (const PortDescription& port : agents[index].description->ports) {
            const TopicRule* const rule = (port.flags & DROVER_PORT_IN) != 0
                                              ? last_keeper(config.topics, port.topic, agent.name)
                                              : nullptr;
            if (rule != nullptr) {
                warnings.push_back({rule->place,
                                    "topic '" + rule->pattern + "': agent '" + agent.name +
                                        "' consumes '" + port.topic +
                                        "' and receives nothing of it, because 'subscribers' does "
                                        "not name it."});
            }
        }
    }
    return warnings;
}

}  // namespace drover
