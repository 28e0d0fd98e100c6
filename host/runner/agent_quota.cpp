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
    const std::uint32_t messages = outbox_.messages_for(topic, topics_[topic], origin, count);
    const Verdict verdict = quota_->look(monotonic_now(), messages);
    if (verdict == Verdict::passes) {
        quota_->take(messages, bytes);
        return DROVER_OK;
    }
    std::string sentence = "Agent '" + setup_.name + "' has used up its quota (" +
                           quota_->text_of(verdict) + " in agents.yaml): publish less, or later.";
    note_refused(topics_[topic].name, DROVER_E_QUOTA, sentence);
    return host_error(DROVER_E_QUOTA, std::move(sentence));
}

}  // namespace drover
