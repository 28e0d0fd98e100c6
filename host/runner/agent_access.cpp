// What an agent must not be handed: gated messages that the kill switch voided on their way, and
// topics that the rules keep from it.
#include <algorithm>

#include "runner/agent_runner.hpp"

namespace drover {

bool AgentRunner::is_gate_shut(std::uint16_t flags) const {
    return kill_switch_.is_engaged() || is_of_other_gate(flags, kill_switch_.read().revision);
}

bool AgentRunner::pass_over(const Delivery& delivery) {
    auto arrival = inbox_.arrive(topic_number(delivery.topic, delivery.type),
                                 delivery.id.publisher,
                                 delivery.id.incarnation,
                                 delivery.topic_sequence);
    if (!arrival || arrival->repeated) {
        return false;
    }
    if (arrival->lost > 0 && !delivery.is_share) {
        note_gap(delivery.topic, delivery.publisher, arrival->lost);
    }
    page_.voided.fetch_add(1, std::memory_order_relaxed);
    return true;
}

bool AgentRunner::may_receive(std::string_view topic) const {
    const TopicRights* const rule = rule_for(topic);
    return rule == nullptr || !rule->subscribers ||
           std::ranges::find(*rule->subscribers, setup_.name) != rule->subscribers->end();
}

}  // namespace drover
