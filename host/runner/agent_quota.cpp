// How much an agent may publish: its quota, held at the call.
#include <string>

#include "base/clock.hpp"
#include "runner/agent_runner.hpp"

namespace drover {

void AgentRunner::take_quota(const Quota& quota) {
    const auto lock = lock_outgoing();
    setup_.quota = quota;
    quota_.reset();
    if (setup_.mode == DROVER_MODE_LIVE && !quota.is_unlimited()) {
        quota_.emplace(quota, std::chrono::nanoseconds::zero(), monotonic_now());
    }
}

drover_status AgentRunner::hold_to_quota(std::uint32_t topic,
                                         const PublicationOrigin& origin,
                                         std::uint32_t count,
                                         std::uint64_t bytes) {
    using Verdict = QuotaMeter::Verdict;
    if (!quota_) {
        return DROVER_OK;
    }
    const Verdict verdict = quota_->look(monotonic_now());
    if (verdict == Verdict::passes) {
        quota_->take(outbox_.messages_for(topic, topics_[topic], origin, count), bytes);
        return DROVER_OK;
    }
    const Quota& quota = quota_->quota();
    std::string sentence =
        "Agent '" + setup_.name + "' has used up its quota of " +
        (verdict == Verdict::too_many_messages ? std::to_string(*quota.messages) + " messages"
                                               : std::to_string(*quota.bytes) + " bytes") +
        " a second, which 'quota' in agents.yaml sets: publish less, or later.";
    note_refused(topics_[topic].name, DROVER_E_QUOTA, sentence);
    return host_error(DROVER_E_QUOTA, std::move(sentence));
}

}  // namespace drover
