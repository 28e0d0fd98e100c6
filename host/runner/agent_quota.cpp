// What becomes of a publication at the call: the kill switch, and how much the agent may publish.
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

PublicationVerdict AgentRunner::judge_publication(std::uint32_t topic,
                                                  const PublicationOrigin& origin,
                                                  std::uint32_t count,
                                                  std::uint64_t bytes) {
    if (!is_agent_thread()) {
        return ask_switch_and_quota(topic, origin, count, bytes);
    }
    if (const PublicationVerdict* const dictated = verdicts_.dictated()) {
        return *dictated;
    }
    auto verdict = ask_switch_and_quota(topic, origin, count, bytes);
    if (recorder_ != nullptr) {
        const bool expected = topics_[topic].gated && recorder_->is_gate_engaged();
        const bool is_surprise =
            verdict.status == DROVER_E_QUOTA || (verdict.status == DROVER_E_GATED) != expected;
        if (is_surprise) {
            recorder_->judged(verdicts_.call(), verdict.status, verdict.sentence);
        }
    }
    return verdict;
}

PublicationVerdict AgentRunner::ask_switch_and_quota(std::uint32_t topic,
                                                     const PublicationOrigin& origin,
                                                     std::uint32_t count,
                                                     std::uint64_t bytes) {
    const OutTopic& out = topics_[topic];
    if (out.gated && kill_switch_.is_engaged()) {
        note_refused(
            out.name, DROVER_E_GATED, "The kill switch is engaged and the topic is gated.");
        return {DROVER_E_GATED, "The kill switch is engaged and '" + out.name + "' is gated."};
    }
    using Verdict = QuotaMeter::Verdict;
    if (!quota_) {
        return {};
    }
    const std::uint32_t messages = outbox_.messages_for(topic, topics_[topic], origin, count);
    const Verdict verdict = quota_->look(monotonic_now(), messages);
    if (verdict == Verdict::passes) {
        quota_->take(messages, bytes);
        return {};
    }
    std::string sentence = "Agent '" + setup_.name + "' has used up its quota (" +
                           quota_->text_of(verdict) + " in agents.yaml): publish less, or later.";
    note_refused(topics_[topic].name, DROVER_E_QUOTA, sentence);
    return {DROVER_E_QUOTA, std::move(sentence)};
}

}  // namespace drover
