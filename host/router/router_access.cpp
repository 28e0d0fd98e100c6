/// What RouterCore holds agents to beside the topics' rules: their quotas, and the kill switch for
/// messages that had left already.
#include <algorithm>
#include <string>
#include <utility>

#include <drover/status.h>

#include "router/router_core.hpp"

namespace drover {
namespace {

/// What waited for a router that stood still, or for one that was started again, comes in one
/// piece: the runner has held it to the quota before.
constexpr std::chrono::nanoseconds slack_for_waiting = std::chrono::seconds(10);

/// Of so many voided messages it is known that their sender was told.
constexpr std::size_t most_told = 1024;

bool is_receiver(const Route& route, std::uint16_t agent) {
    return std::ranges::find(route.receivers, agent) != route.receivers.end() ||
           std::ranges::any_of(route.shares, [agent](const TopicShare& share) {
               return std::ranges::find(share.members, agent) != share.members.end();
           });
}

}  // namespace

void RouterCore::set_quotas() {
    for (std::size_t agent = 0; agent < sessions_.size(); ++agent) {
        const Quota& quota = config_.agents[agent].quota;
        std::optional<QuotaMeter>& meter = sessions_[agent].quota;
        if (replay_ || quota.is_unlimited()) {
            meter.reset();  // A replay runs as fast as its agents handle it.
        } else if (!meter || meter->quota() != quota) {
            meter.emplace(quota, slack_for_waiting, now_);
        }
    }
}

bool RouterCore::refuse_beyond_quota(std::uint16_t agent, const MessageFrame& message) {
    std::optional<QuotaMeter>& meter = sessions_[agent].quota;
    if (!meter) {
        return false;
    }
    const auto verdict = meter->look(now_);
    if (verdict == QuotaMeter::Verdict::passes) {
        meter->take(1, message.payload.size());
        return false;
    }
    refuse(agent,
           message.topic,
           message.header.sequence,
           DROVER_E_QUOTA,
           "Agent '" + name_of(agent) + "' has used up its quota (" + meter->text_of(verdict) +
               " in agents.yaml), and the ten seconds more that the router gives.");
    return true;
}

void RouterCore::receive_unhandled(std::uint16_t agent, const ControlFrame& frame) {
    const auto body = decode_unhandled(frame);
    const Route* const route = body ? routes_.find(body.value().topic) : nullptr;
    if (route == nullptr || !route->gated || !is_receiver(*route, agent)) {
        count_malformed(agent,
                        "an UNHANDLED that is not in order or of a topic that it does not "
                        "receive");
        return;
    }
    if (route->durable) {
        return;  // It was a copy; those who must get the message say VOIDED.
    }
    const UnhandledBody& voided = body.value();
    tell_void(voided.topic,
              {voided.publisher, voided.incarnation, voided.sequence},
              "The kill switch was engaged before '" + name_of(agent) + "' handled the message.");
}

void RouterCore::tell_void(std::string_view topic,
                           const MessageCause& message,
                           const std::string& reason) {
    // Every receiver may find the same message void; its sender hears of it once.
    if (std::ranges::find(told_void_, message) != told_void_.end()) {
        return;
    }
    told_void_.push_back(message);
    if (told_void_.size() > most_told) {
        told_void_.pop_front();
    }
    MessageHeader header;
    header.publisher = message.publisher;
    header.incarnation = message.incarnation;
    if (const auto sender = agent_of(header)) {
        refuse(*sender, topic, message.sequence, DROVER_E_GATED, reason);
        return;
    }
    count_refused(DROVER_E_GATED);
    tally_.note({EventKind::refusal,
                 publisher_of(header),
                 topic,
                 {},
                 "gated",
                 "the kill switch was engaged while it waited, and its sender has ended"});
}

}  // namespace drover
