#include "fleet/durable_memory.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include <drover/description.h>

#include "base/topic.hpp"

namespace drover {
namespace {

bool is_named(const TopicRule& rule, const AgentConfig& agent) {
    if (rule.receivers_declared) {
        return !agent.observer;
    }
    return rule.receivers &&
           std::ranges::find(*rule.receivers, agent.declared_name()) != rule.receivers->end();
}

/// Whether a port of the agent takes topics for which this rule decides: one before it may decide
/// for all of them.
bool is_reached(const std::vector<TopicRule>& rules,
                std::vector<TopicRule>::const_iterator rule,
                const AgentDescription& description) {
    return std::ranges::any_of(description.ports, [&](const PortDescription& port) {
        return (port.flags & DROVER_PORT_IN) != 0 && patterns_overlap(port.topic, rule->pattern) &&
               std::none_of(rules.begin(), rule, [&](const TopicRule& before) {
                   return pattern_covers(before.pattern, port.topic) ||
                          pattern_covers(before.pattern, rule->pattern);
               });
    });
}

}  // namespace

void find_forgetful_receivers(const FleetConfig& config,
                              const std::vector<PreparedAgent>& agents,
                              std::vector<Fault>& faults) {
    constexpr std::uint32_t remembers = DROVER_AGENT_KEEPS_STATE | DROVER_AGENT_STATELESS;
    for (std::size_t index = 0; index < agents.size(); ++index) {
        const AgentConfig& agent = config.agents[index];
        const AgentDescription* const description = agents[index].description;
        if (description == nullptr || !agent.enabled || (description->flags & remembers) != 0) {
            continue;
        }
        std::string patterns;
        for (auto rule = config.topics.begin(); rule != config.topics.end(); ++rule) {
            if (rule->delivery == Delivery::durable && is_named(*rule, agent) &&
                is_reached(config.topics, rule, *description)) {
                patterns += (patterns.empty() ? "'" : ", '") + rule->pattern + "'";
            }
        }
        if (!patterns.empty()) {
            faults.push_back(
                {agent.plugin_place,
                 "agent '" + agent.name + "': it receives durable messages of " + patterns +
                     ", and its plugin keeps no state: a restart would forget what they told it. "
                     "Use a plugin with drover.state/1 or drover.store/1 or one that declares "
                     "itself stateless, or make the agent an observer."});
        }
    }
}

}  // namespace drover
