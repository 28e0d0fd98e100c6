#include "fleet/kept_topics.hpp"

#include <algorithm>

#include <drover/description.h>

#include "base/topic.hpp"

namespace drover {
namespace {

/// The rule that decides for every topic of a pattern; null where none does for all of them.
const TopicRule* rule_for_all(const std::vector<TopicRule>& rules, const std::string& topics) {
    const auto found = std::ranges::find_if(
        rules, [&](const TopicRule& rule) { return pattern_covers(rule.pattern, topics); });
    return found == rules.end() ? nullptr : &*found;
}

bool keeps_from(const TopicRule& rule, const std::string& agent) {
    return rule.subscribers &&
           std::ranges::find(*rule.subscribers, agent) == rule.subscribers->end();
}

}  // namespace

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
                                              ? rule_for_all(config.topics, port.topic)
                                              : nullptr;
            if (rule != nullptr && keeps_from(*rule, agent.name)) {
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
