/// How durable messages leave RouterCore: out of the log to those who must get them, as copies to
/// all others.
#include <algorithm>
#include <utility>

#include <drover/status.h>

#include "router/router_core.hpp"

namespace drover {
namespace {

std::string why_void(const std::string& receiver) {
    return "The kill switch was engaged while the message waited for '" + receiver + "'.";
}

/// The mark of a copy: when it becomes void nobody is told, because the message itself may go on.
GateMark mark_of_copy(const std::optional<std::uint32_t>& revision) {
    return revision ? GateMark{true, *revision, std::make_shared<bool>(true)} : GateMark{};
}

}  // namespace

void RouterCore::note_on_disk(const DurableRecord& record) {
    const Route* const route = routes_.find(topic_of(record.frame));
    if (replay_ || route == nullptr) {
        return;  // The FIFO has its own order.
    }
    output_.tap(record.frame);
    std::vector<std::uint16_t> observers;
    for (const std::uint16_t receiver : route->receivers) {
        if (!routes_.is_required(record.required, receiver)) {
            observers.push_back(receiver);
        }
    }
    // A copy: what is sent may ask for other routes, and the table may forget this one.
    const std::vector<TopicShare> shares = route->shares;
    const GateMark gate = mark_of_copy(record.gate_revision);
    for (const TopicShare& share : shares) {
        if (routes_.is_required(record.required, share.members.front())) {
            continue;  // They have cursors.
        }
        share_out(share, as_stream_copy(record.frame), gate);
    }
    for (const std::uint16_t receiver : observers) {
        send_or_queue(receiver, QueueEntry{as_stream_copy(record.frame), gate, true, now_});
    }
}

/// Sends one frame of what waits in the log: a message, or a bundle of small ones.
bool RouterCore::flush_durable(std::uint16_t agent) {
    if (!durable_ || replay_ || !may_send(agent)) {
        return false;
    }
    Session& session = sessions_[agent];
    std::size_t bytes = 0;
    Frame frame;
    while (const DurableRecord* const record = durable_->next(agent)) {
        const std::size_t size = record->frame.size();
        const bool is_single = record->gate_revision || size >= smallest_unbundled;
        if (!session.queue.has_credit_behind(bundle_.count(), bytes, size) ||
            (is_single ? !bundle_.is_empty() : !bundle_.has_room_for(size))) {
            break;
        }
        durable_->receivers().note_sent(agent);
        bytes += size;
        if (is_single) {
            frame = record->frame;
            break;
        }
        std::ranges::copy(record->frame.bytes(), bundle_.add(size).begin());
    }
    const std::size_t count = frame.is_empty() ? bundle_.count() : 1;
    if (frame.is_empty() && count > 0) {
        frame = Frame(bundle_.frame());
    }
    bundle_.clear();
    if (count == 0) {
        return false;
    }
    if (!output_.send(agent, frame)) {
        session.is_blocked = true;
        durable_->receivers().take_back(agent, count);
        return false;
    }
    session.is_durable_turn = false;
    session.queue.charge(count, bytes);
    counts_.messages_out += count;
    counts_.bytes_out += bytes;
    return true;
}

void RouterCore::receive_handled(std::uint16_t agent, const ControlFrame& frame) {
    const auto handled = decode_control<HandledBody>(frame);
    if (!handled || !durable_ ||
        !durable_->receivers().note_handled(agent, handled->position, publications_of(agent))) {
        count_malformed(agent, "a HANDLED of what it was not given");
        return;
    }
    if (replay_) {
        replay_->handled(agent, handled->position);
        durable_->receivers().settle(agent, durable_->told());
    }
    durable_->note_progress();
}

void RouterCore::receive_voided(std::uint16_t agent, const ControlFrame& frame) {
    const auto voided = decode_control<VoidedBody>(frame);
    const DurableRecord* const record =
        voided && durable_ ? durable_->at(voided->position) : nullptr;
    if (record == nullptr || !record->is_message()) {
        count_malformed(agent, "a VOIDED of what it was not given");
        return;
    }
    note_void(agent, *record);
}

void RouterCore::note_void(std::uint16_t receiver, const DurableRecord& record) {
    if (!durable_->is_first_void(record.position)) {
        return;
    }
    const auto message = MessageFrame::decode_unchecked_topic(record.frame.bytes());
    const auto sender = std::ranges::find(config_.agents, record.publisher, &RouterAgent::handle);
    if (!message || sender == config_.agents.end()) {
        count_refused(DROVER_E_GATED);
        return;
    }
    const auto agent = static_cast<std::uint16_t>(sender - config_.agents.begin());
    const MessageHeader& header = message->header;
    std::string reason = why_void(name_of(receiver));
    if (sessions_[agent].phase == Phase::open) {
        refuse(agent, message->topic, header.sequence, DROVER_E_GATED, reason, header.incarnation);
        return;
    }
    count_refused(DROVER_E_GATED);
    tally_.note({EventKind::refusal, sender->name, message->topic, {}, "gated", reason});
    durable_->keep_notice(record.publisher,
                          {record.position,
                           std::string(message->topic),
                           header.sequence,
                           header.incarnation,
                           name_of(receiver)});
}

/// What was void while it was away, in this life of the router or one before.
void RouterCore::send_notices(std::uint16_t agent) {
    if (!durable_) {
        return;
    }
    for (VoidNotice& notice : durable_->take_notices(config_.agents[agent].handle)) {
        send_urgent(agent,
                    Frame(encode_refused({std::move(notice.topic),
                                          notice.sequence,
                                          DROVER_E_GATED,
                                          why_void(notice.receiver),
                                          notice.incarnation})));
    }
}

std::string RouterCore::away_state(std::uint16_t receiver) const {
    const std::string& state = sessions_[receiver].state;
    const bool stays =
        state == "failed" || state == "stopped" || state == "completed" || state == "disabled";
    return stays ? state : std::string();
}

void RouterCore::note_damage(const std::string& reason) {
    durable_->note_damage(reason);
}

// Under a replay clock.

std::vector<std::uint16_t> RouterCore::enter(ReplayMessage& message) {
    const Route* const route = routes_.find(topic_of(message.frame));
    if (route == nullptr) {
        return {};
    }
    if (!message.is_durable) {
        output_.tap(message.frame);
        return route->receivers;
    }
    const GateReading gate{false, message.gate.revision};
    const DurableRecord& record = durable_->append(
        std::move(message.frame), message.gate.gated ? &gate : nullptr, route->required);
    message.position = record.position;
    message.frame = record.frame;
    output_.tap(record.frame);
    const std::vector<std::uint16_t> subscribed = route->receivers;  // See note_on_disk.
    std::vector<std::uint16_t> receivers;
    for (std::uint16_t agent = 0; agent < sessions_.size(); ++agent) {
        if (durable_->receivers().wants(agent, record) ||
            std::ranges::binary_search(subscribed, agent)) {
            receivers.push_back(agent);
        }
    }
    return receivers;
}

bool RouterCore::may_go_on() const {
    return !durable_ || durable_->told() == durable_->log().head();
}

bool RouterCore::may_advance() {
    return !durable_ || durable_->is_below_max_size();
}

HandedOut RouterCore::deliver_durable(std::uint16_t agent, const ReplayMessage& message) {
    DurableReceivers& receivers = durable_->receivers();
    const auto revision =
        message.gate.gated ? std::optional(message.gate.revision) : std::optional<std::uint32_t>();
    const auto decoded = MessageFrame::decode_unchecked_topic(message.frame.bytes());
    const Route* const route = decoded ? routes_.find(decoded->topic) : nullptr;
    if (route == nullptr) {
        return HandedOut::not_at_all;  // Unreachable: it was sound when it came.
    }
    const DurableRecord record{
        message.position, message.frame, decoded->header.publisher, 0, revision, route->required};
    if (!receivers.is_receiver(agent) || !routes_.is_required(record.required, agent)) {
        if (refuse_if_void(agent, message.frame, mark_of_copy(revision))) {
            return HandedOut::not_at_all;
        }
        hand_out(agent, as_stream_copy(message.frame));
        return HandedOut::as_stream;
    }
    if (receivers.is_through(agent, message.position) || !receivers.wants(agent, record)) {
        return HandedOut::not_at_all;
    }
    const GateReading gate = revision ? output_.gate() : GateReading{false, 0};
    if (revision && (gate.is_engaged || gate.revision != *revision)) {
        note_void(agent, record);
        receivers.pass_over(agent, message.position);
        return HandedOut::not_at_all;
    }
    hand_out(agent, receivers.frame_for(agent, record));
    return HandedOut::as_durable;
}

std::vector<ReplayMessage> RouterCore::backlog(std::uint16_t agent) {
    std::vector<ReplayMessage> messages;
    if (!durable_ || !durable_->receivers().is_receiver(agent)) {
        return messages;
    }
    DurableReceivers& receivers = durable_->receivers();
    for (std::uint64_t position = receivers.effective(agent) + 1;
         position <= durable_->log().head();
         ++position) {
        const DurableRecord* const record = durable_->at(position);
        if (record == nullptr) {
            break;
        }
        if (receivers.wants(agent, *record) && !receivers.is_through(agent, position)) {
            messages.push_back(
                {record->frame,
                 {record->gate_revision.has_value(), record->gate_revision.value_or(0), nullptr},
                 true,
                 position});
        }
    }
    return messages;
}

/// The FIFO of the router before: by position, and for each its receivers in the file's order.
void RouterCore::restore_replay() {
    if (!replay_) {
        return;
    }
    DurableReceivers& receivers = durable_->receivers();
    std::uint64_t position = durable_->log().head();
    for (std::uint16_t agent = 0; agent < sessions_.size(); ++agent) {
        if (receivers.is_receiver(agent)) {
            position = std::min(position, receivers.effective(agent));
        }
    }
    for (++position; position <= durable_->log().head(); ++position) {
        const DurableRecord* const record = durable_->at(position);
        for (std::uint16_t agent = 0; record != nullptr && agent < sessions_.size(); ++agent) {
            if (receivers.wants(agent, *record) && !receivers.is_through(agent, position)) {
                replay_->restore(agent,
                                 {record->frame,
                                  {record->gate_revision.has_value(),
                                   record->gate_revision.value_or(0),
                                   nullptr},
                                  true,
                                  position});
            }
        }
    }
}

}  // namespace drover
