/// How RouterCore's frames reach their receivers: at once, in bundles, or from the queue.
#include <algorithm>
#include <iterator>
#include <utility>

#include "router/router_core.hpp"

namespace drover {
void RouterCore::forward(const Route& route, Frame& frame, const GateMark& gate) {
    for (const TopicShare& share : route.shares) {
        share_out(share, frame, gate);
    }
    const std::size_t receivers = route.receivers.size();
    for (std::size_t index = 0; index < receivers; ++index) {
        const bool is_last = index + 1 == receivers;
        send_or_queue(
            route.receivers[index],
            QueueEntry{is_last ? std::move(frame) : Frame(frame), gate, true, now_, route.latest});
    }
}

void RouterCore::share_out(const TopicShare& share, const Frame& frame, const GateMark& gate) {
    const auto message = MessageFrame::decode_unchecked_topic(frame.bytes());
    if (!message) {
        return;  // Unreachable: it was sound when it came.
    }
    if (share.sharing == Sharing::round_robin) {
        take_turn(share, *message, gate);
    } else if (const auto key = key_of(share,
                                       message->header.type,
                                       message->header.encoding,
                                       message->header.record_size)) {
        for (MessagePart& part : split_by_key(*message, *key, share)) {
            give_share(share, part.agent, std::move(part.frame), gate);
        }
    } else {
        for (const std::uint16_t member : share.members) {
            give_share(share, member, Frame(frame), gate);
        }
    }
}

void RouterCore::take_turn(const TopicShare& share,
                           const MessageFrame& message,
                           const GateMark& gate) {
    std::size_t& turn = turns_[share.agent];
    for (std::size_t step = 0; step < share.members.size(); ++step) {
        const std::uint16_t member = share.members[turn++ % share.members.size()];
        if (sessions_[member].phase == Phase::open) {
            give_share(share, member, as_share(message), gate);
            return;
        }
    }
    give_share(share, share.members.front(), as_share(message), gate);
}

std::vector<MessagePart> RouterCore::shares_of(const Frame& frame) {
    std::vector<MessagePart> parts;
    const auto message = MessageFrame::decode_unchecked_topic(frame.bytes());
    const Route* const route = message ? routes_.find(message->topic) : nullptr;
    if (route == nullptr) {
        return parts;
    }
    for (const TopicShare& share : route->shares) {
        // Who must get durable messages is among the receivers.
        if (message->header.delivery == 0 ||
            !routes_.is_required(route->required, share.members.front())) {
            add_shares(share, *message, frame, parts);
        }
    }
    std::ranges::stable_sort(parts, {}, &MessagePart::agent);  // The file's order is that of all.
    return parts;
}

void RouterCore::add_shares(const TopicShare& share,
                            const MessageFrame& message,
                            const Frame& frame,
                            std::vector<MessagePart>& parts) {
    const MessageHeader& header = message.header;
    if (share.sharing == Sharing::round_robin) {
        std::vector<std::uint16_t> present;
        std::ranges::copy_if(share.members, std::back_inserter(present), [this](auto member) {
            return !replay_->is_absent(member);
        });
        if (!present.empty()) {
            parts.push_back({member_of_turn(header.topic_sequence, present), as_share(message)});
        }
    } else if (const auto key = key_of(share, header.type, header.encoding, header.record_size)) {
        for (MessagePart& part : split_by_key(message, *key, share)) {
            parts.push_back(std::move(part));
        }
    } else {
        for (const std::uint16_t member : share.members) {
            parts.push_back({member, Frame(frame)});
        }
    }
}

void RouterCore::give_share(const TopicShare& share,
                            std::uint16_t receiver,
                            Frame frame,
                            const GateMark& gate) {
    const Session& session = sessions_[receiver];
    if (session.phase == Phase::open) {
        send_or_queue(receiver, QueueEntry{std::move(frame), gate, true, now_, share.latest});
    } else if (session.has_joined) {
        // Nobody else gets it, so it is lost. Before its first HELLO it is no loss: a fleet starts
        // in parallel, publishers may be there before their receivers, and whoever is not
        // subscribed yet misses what was published before it came, shared topic or not.
        ++counts_.dropped_instance_down;
        note_lost(receiver, 1, "instance_down", "it was not there for its share of the messages");
    }
}

void RouterCore::send_or_queue(std::uint16_t receiver, QueueEntry&& entry) {
    if (entry.is_latest) {
        send_or_replace(receiver, std::move(entry));
        return;
    }
    Session& session = sessions_[receiver];
    if (may_be_bundled(entry)) {
        queue(receiver, std::move(entry));
        if (!std::exchange(session.is_in_burst, true)) {
            in_burst_.push_back(receiver);
        }
        if (session.queue.is_full() || session.queue.size() % most_in_burst == 0) {
            flush_queue(receiver);
        }
        return;
    }
    flush_queue(receiver);
    const bool may_go = is_line_free(session) &&
                        (!entry.takes_credit || session.queue.has_credit(entry.frame.size()));
    if (!may_go || !send_message(receiver, entry)) {
        queue(receiver, std::move(entry));
    }
}

void RouterCore::queue(std::uint16_t receiver, QueueEntry&& entry) {
    ReceiverQueue& queue = sessions_[receiver].queue;
    if (entry.is_run()) {
        while (!queue.has_room_for(entry.messages())) {
            note_dropped_for(receiver, queue.drop_oldest());
        }
    }
    note_dropped_for(receiver, queue.push(std::move(entry)));
}

void RouterCore::note_dropped_for(std::uint16_t receiver, const std::optional<Frame>& dropped) {
    if (dropped) {
        ++counts_.dropped_queue_full;
        drops_.note(receiver, 1);
        note_dropped(receiver, *dropped);
    }
}

void RouterCore::finish_burst() {
    for (const std::uint16_t receiver : std::exchange(in_burst_, {})) {
        sessions_[receiver].is_in_burst = false;
        flush_queue(receiver);
    }
    release_waiting();
    report_retired();
    if (durable_) {
        durable_->commit();
    }
}

bool RouterCore::send_message(std::uint16_t receiver, QueueEntry& entry) {
    Session& session = sessions_[receiver];
    const std::size_t size = entry.frame.size();
    if (!output_.send(receiver, entry.frame)) {
        session.is_blocked = true;
        return false;
    }
    if (entry.takes_credit) {
        session.queue.charge(size);
        ++counts_.messages_out;
        counts_.bytes_out += size;
    }
    return true;
}

void RouterCore::forward_heartbeat(const HeartbeatBody& heartbeat) {
    std::vector<HeartbeatBody> parts(sessions_.size());
    for (const auto& topic : heartbeat.topics) {
        const Route* const route = routes_.find(topic.first);
        if (route == nullptr || route->latest || route->durable) {
            // Its last message may wait, and this must not overtake it; of what is durable nothing
            // is missing.
            continue;
        }
        for (const std::uint16_t receiver : route->receivers) {
            parts[receiver].topics.push_back(topic);
        }
    }
    for (std::uint16_t receiver = 0; receiver < parts.size(); ++receiver) {
        if (parts[receiver].topics.empty() || sessions_[receiver].phase != Phase::open) {
            continue;
        }
        parts[receiver].publisher = heartbeat.publisher;
        parts[receiver].incarnation = heartbeat.incarnation;
        send_or_queue(receiver,
                      QueueEntry{Frame(encode_heartbeat(parts[receiver])), {}, false, now_});
    }
}

void RouterCore::flush(std::uint16_t agent) {
    sessions_[agent].is_blocked = false;
    if (flush_urgent(agent)) {
        flush_queue(agent);
    }
}

bool RouterCore::flush_urgent(std::uint16_t agent) {
    std::deque<Frame>& urgent = sessions_[agent].urgent;
    while (!urgent.empty()) {
        if (!output_.send(agent, urgent.front())) {
            return false;
        }
        urgent.pop_front();
    }
    return true;
}

bool RouterCore::may_send(std::uint16_t agent) const {
    return sessions_[agent].urgent.empty() && !sessions_[agent].is_blocked;
}

/// What waits in the queue and what waits in the log take turns.
void RouterCore::flush_queue(std::uint16_t agent) {
    Session& session = sessions_[agent];
    bool goes_on = true;
    while (goes_on) {
        goes_on = session.is_durable_turn ? flush_durable(agent) || flush_waiting(agent)
                                          : flush_waiting(agent) || flush_durable(agent);
    }
}

/// Sends one frame of what waits here; false when there is none or it has to wait.
bool RouterCore::flush_waiting(std::uint16_t agent) {
    Session& session = sessions_[agent];
    if ((session.queue.is_empty() && session.latest.is_empty()) || !may_send(agent)) {
        return false;
    }
    bool is_sent = false;
    if (is_turn_of_latest(session)) {
        is_sent = flush_latest(agent);
    } else {
        is_sent = flush_entries(agent);
        session.is_latest_next = session.is_latest_next || is_sent;
    }
    session.is_durable_turn = session.is_durable_turn || is_sent;
    return is_sent;
}

/// Sends or refuses the oldest entry; false when it has to wait.
bool RouterCore::flush_front(std::uint16_t agent) {
    ReceiverQueue& queue = sessions_[agent].queue;
    QueueEntry& entry = queue.front();
    if (entry.takes_credit && !queue.has_credit(entry.frame.size())) {
        return false;
    }
    if (!refuse_if_void(agent, entry.frame, entry.gate) && !send_message(agent, entry)) {
        return false;
    }
    queue.pop();
    return true;
}

void RouterCore::send_urgent(std::uint16_t agent, Frame frame) {
    std::deque<Frame>& urgent = sessions_[agent].urgent;
    if (urgent.empty() && output_.send(agent, frame)) {
        return;
    }
    urgent.push_back(std::move(frame));
}

bool RouterCore::wants_to_send(std::uint16_t agent) const {
    return sessions_[agent].is_blocked || !sessions_[agent].urgent.empty();
}

}  // namespace drover
