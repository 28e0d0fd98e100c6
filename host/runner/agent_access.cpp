// What an agent must not be handed: gated messages that the kill switch voided on their way, and
// topics that the rules keep from it. And the switch itself, for an agent that may engage it.
#include <algorithm>

#include "runner/agent_runner.hpp"

namespace drover {

bool AgentRunner::is_gate_shut(std::uint16_t flags) const {
    return kill_switch_.is_engaged() || is_of_other_gate(flags, kill_switch_.revision());
}

bool AgentRunner::pass_over(const Delivery& delivery) {
    const std::uint32_t number = topic_number(delivery.topic, delivery.type);
    auto arrival = inbox_.arrive(
        number, delivery.id.publisher, delivery.id.incarnation, delivery.topic_sequence);
    if (!arrival || arrival->repeated) {
        return false;
    }
    if (delivery.is_share) {
        arrival->lost = 0;  // The numbers between are the others' shares.
    }
    if (arrival->lost > 0) {
        note_gap(delivery.topic, delivery.publisher, arrival->lost);
    }
    inbox_.pass_over(number, delivery.id.publisher, *arrival);
    page_.voided.fetch_add(1, std::memory_order_relaxed);
    return true;
}

drover_status AgentRunner::engage_kill_switch(std::string_view reason) {
    if (reason.empty()) {
        return host_error(DROVER_E_INVALID, "A reason must be given to engage the kill switch.");
    }
    KillSwitchPage& page = *setup_.engageable_switch;
    if (page.is_engaged()) {
        return DROVER_OK;
    }
    if (const auto engaged =
            page.write(true, std::string(switch_agent) + setup_.name, std::string(reason));
        !engaged) {
        return host_error(DROVER_E_IO, engaged.error().message);
    }
    return DROVER_OK;
}

bool AgentRunner::is_gated(std::string_view topic) const {
    const TopicRights* const rule = rule_for(topic);
    return rule != nullptr && rule->gated;
}

bool AgentRunner::may_receive(std::string_view topic) const {
    const TopicRights* const rule = rule_for(topic);
    return rule == nullptr || !rule->subscribers ||
           std::ranges::find(*rule->subscribers, setup_.name) != rule->subscribers->end();
}

}  // namespace drover
