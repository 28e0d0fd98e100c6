// What becomes of a publication at the call: rules that came later, the kill switch, and how much
// the agent may publish.
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
    const bool in_own_callback = is_agent_thread();
    const PublicationVerdict* const dictated = in_own_callback ? verdicts_.dictated() : nullptr;
    if (dictated != nullptr) {
        return *dictated;
    }
    const OutTopic& out = topics_[topic];
    PublicationVerdict verdict;
    if (!out.denied.empty()) {
        verdict = {DROVER_E_DENIED, out.denied};
        note_refused(out.name, DROVER_E_DENIED, verdict.sentence);
    } else if (out.gated && kill_switch_.is_engaged()) {
        verdict = {DROVER_E_GATED, "The kill switch is engaged and '" + out.name + "' is gated."};
        note_refused(
            out.name, DROVER_E_GATED, "The kill switch is engaged and the topic is gated.");
    } else if (quota_) {
        const std::uint32_t messages = outbox_.messages_for(topic, out, origin, count);
        const auto answer = quota_->look(monotonic_now(), messages);
        if (answer == QuotaMeter::Verdict::passes) {
            quota_->take(messages, bytes);
        } else {
            verdict = {DROVER_E_QUOTA,
                       "Agent '" + setup_.name + "' has used up its quota (" +
                           quota_->text_of(answer) + " in agents.yaml): publish less, or later."};
            note_refused(out.name, DROVER_E_QUOTA, verdict.sentence);
        }
    }
    if (in_own_callback && recorder_ != nullptr) {
        const bool expected = out.gated && recorder_->is_gate_engaged();
        const bool is_other = verdict.status == DROVER_E_QUOTA || verdict.status == DROVER_E_DENIED;
        if (is_other || (verdict.status == DROVER_E_GATED) != expected) {
            recorder_->judged(verdicts_.call(), verdict.status, verdict.sentence);
        }
    }
    return verdict;
}

}  // namespace drover
