/// How RouterCore delivers `latest` topics: at once where a receiver keeps up, else the newest.
#include <utility>

#include "router/router_core.hpp"

namespace drover {

void RouterCore::send_or_replace(std::uint16_t receiver, QueueEntry&& entry) {
    flush_queue(receiver);
    Session& session = sessions_[receiver];
    const bool may_go = is_line_free(session) && session.queue.has_credit(entry.frame.size());
    if (may_go && send_message(receiver, entry)) {
        return;
    }
    // Only a frame that was found sound comes here.
    const auto message = MessageFrame::decode_unchecked_topic(entry.frame.bytes());
    const std::string topic(message ? message->topic : std::string_view());
    const LatestLane::Outcome outcome = session.latest.put(topic, std::move(entry));
    counts_.replaced += outcome.has_replaced ? 1U : 0U;
    if (outcome.dropped) {
        ++counts_.dropped_queue_full;
        drops_.note(receiver, 1);
        note_dropped(receiver, *outcome.dropped);
    }
}

/// Turn and turn about: a flood of stream messages does not starve the newest of a small topic,
/// nor the other way round.
bool RouterCore::is_turn_of_latest(const Session& session) const {
    return !session.latest.is_empty() && (session.is_latest_next || session.queue.is_empty());
}

/// Sends or refuses the next of the `latest` topics; false when it has to wait.
bool RouterCore::flush_latest(std::uint16_t agent) {
    Session& session = sessions_[agent];
    QueueEntry& entry = session.latest.front();
    if (!session.queue.has_credit(entry.frame.size())) {
        return false;
    }
    if (!refuse_if_void(agent, entry.frame, entry.gate) && !send_message(agent, entry)) {
        return false;
    }
    session.latest.pop();
    session.is_latest_next = false;
    return true;
}

}  // namespace drover
