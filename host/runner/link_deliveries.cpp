// What comes for an agent on its link: to the runner in batches, or kept while its input is paused.
#include <cstring>
#include <utility>

#include "base/logging.hpp"
#include "runner/link_session.hpp"
#include "wire/message_frame.hpp"

namespace drover {
namespace {

/// How long received messages are handled before the loop looks after everything else: a stop must
/// not wait for a whole burst of long callbacks.
constexpr auto longest_turn = std::chrono::milliseconds(5);

/// Of messages that the router refused, one is written to the log in this time.
constexpr auto between_refusals = std::chrono::seconds(1);

/// What one batch holds at most: messages, and time since the first of them that must be committed.
constexpr std::size_t most_in_batch = 64;
constexpr auto longest_batch = std::chrono::milliseconds(2);

/// What the link needs at once, whatever the runner does: it reaches no plugin.
bool concerns_the_link(std::span<const std::byte> bytes) {
    const auto control =
        is_control_frame(bytes) ? ControlFrame::decode(bytes) : std::optional<ControlFrame>();
    return control &&
           (control->kind == ControlKind::welcome || control->kind == ControlKind::ready ||
            control->kind == ControlKind::logged || control->kind == ControlKind::declined);
}

}  // namespace

std::string_view LinkSession::name_of(std::uint32_t publisher) const {
    const auto found = identity_.publishers.find(publisher);
    return found == identity_.publishers.end() ? std::string_view("?") : found->second;
}

bool LinkSession::has_received() const {
    const bool is_paused = runner_ != nullptr && runner_->is_input_paused();
    return !is_paused && (!received_.is_at_end() || !held_.empty());
}

std::size_t LinkSession::receive(std::size_t most) {
    std::size_t received = 0;
    work_began_ = monotonic_now();
    const Monotonic turn_ends = *work_began_ + longest_turn;
    if (runner_ != nullptr) {
        // Under a replay clock a delivery is a batch, so that nothing depends on what is at hand.
        runner_->hold_batch(!identity_.replay);
    }
    while (received < most && receive_one()) {
        ++received;
        close_full_batch();
        const bool wants_to_stop = runner_ != nullptr && runner_->wants_to_stop();
        const Monotonic now = runner_ != nullptr ? runner_->clock() : monotonic_now();
        if (wants_to_stop || now >= turn_ends) {
            break;
        }
    }
    if (runner_ != nullptr) {
        runner_->hold_batch(false);
        runner_->commit();
        batch_messages_ = 0;
    }
    if (received > 0) {
        note_work(monotonic_now());
    }
    work_began_.reset();
    return received;
}

void LinkSession::close_full_batch() {
    if (identity_.replay || runner_ == nullptr || !runner_->has_uncommitted()) {
        return;
    }
    const Monotonic now = runner_->clock();
    if (batch_messages_ == 0) {
        batch_began_ = now;
    }
    if (++batch_messages_ >= most_in_batch || now - batch_began_ >= longest_batch) {
        runner_->commit();
        batch_messages_ = 0;
    }
}

/// Handles the next message or control frame; false when none is at hand.
bool LinkSession::receive_one() {
    const bool is_paused = runner_ != nullptr && runner_->is_input_paused();
    if (is_paused) {
        hold_bundle();
    } else if (receive_held()) {
        return true;
    }
    const LinkStatus status = link_.receive(received_bundle_);
    if (status != LinkStatus::done) {
        broken_ = broken_ || status == LinkStatus::failed;
        return false;
    }
    if (is_cut_off_) {
        take_link_news();  // A connection tells that it stands before it brings anything.
        is_cut_off_ = monitor_->is_peer_gone();
    }
    if (is_paused && !concerns_the_link(received_bundle_.bytes())) {
        held_.push_back(std::move(received_bundle_));
    } else {
        handle_frame(received_bundle_.bytes());
    }
    return true;
}

bool LinkSession::receive_held() {
    if (!received_.is_at_end()) {
        if (const auto message = received_.next()) {
            handle_message(*message);
        } else {
            page_.malformed.fetch_add(1, std::memory_order_relaxed);
        }
        return true;
    }
    if (held_.empty()) {
        return false;
    }
    received_bundle_ = std::move(held_.front());
    held_.pop_front();
    handle_frame(received_bundle_.bytes());
    return true;
}

void LinkSession::hold_bundle() {
    std::deque<Frame> rest;
    while (!received_.is_at_end()) {
        if (const auto message = received_.next()) {
            rest.emplace_back(*message);
        } else {
            page_.malformed.fetch_add(1, std::memory_order_relaxed);
        }
    }
    // What is held came later than the bundle that was being handled.
    held_.insert(
        held_.begin(), std::make_move_iterator(rest.begin()), std::make_move_iterator(rest.end()));
}

void LinkSession::handle_frame(std::span<const std::byte> bytes) {
    if (!is_control_frame(bytes)) {
        handle_message(bytes);
        return;
    }
    const auto control = ControlFrame::decode(bytes);
    if (!control) {
        page_.malformed.fetch_add(1, std::memory_order_relaxed);
    } else if (control->kind == ControlKind::bundle) {
        received_ = BundleReader(control->body);
    } else if (concerns_the_link(bytes)) {
        handle_link_control(*control);
    } else if (ready_) {
        handle_control(*control);
    }  // Else it is left over from a link that is gone.
}

void LinkSession::handle_link_control(const ControlFrame& frame) {
    if (const auto welcome = decode_control<WelcomeBody>(frame)) {
        begin_epoch(welcome->epoch);
    } else if (const auto ready = decode_control<ReadyBody>(frame)) {
        become_ready(*ready);
    } else if (const auto logged = decode_control<LoggedBody>(frame)) {
        if (runner_ != nullptr) {
            runner_->note_logged(logged->sequence);
        }
    } else if (const auto declined = decode_declined(frame)) {
        decline(declined.value().reason);
    } else {
        page_.malformed.fetch_add(1, std::memory_order_relaxed);
    }
}

void LinkSession::handle_control(const ControlFrame& frame) {
    if (const auto timer = decode_control<TimerBody>(frame)) {
        runner_->set_time(timer->time);
        runner_->fire_timers();
        finish_delivery();
    } else if (const auto advanced = decode_control<AdvancedBody>(frame)) {
        open_advance_.reset();
        runner_->advanced(advanced->time, advanced->token);
        finish_delivery();
    } else if (frame.kind == ControlKind::request) {
        handle_request(frame);
    } else if (frame.kind == ControlKind::reply) {
        handle_reply(frame);
    } else if (frame.kind == ControlKind::heartbeat) {
        handle_heartbeat(frame);
    } else if (frame.kind == ControlKind::refused) {
        handle_refused(frame);
    }
}

void LinkSession::handle_heartbeat(const ControlFrame& frame) {
    const auto body = decode_heartbeat(frame);
    if (!body) {
        return;
    }
    for (const auto& [topic, sequence] : body.value().topics) {
        runner_->note_last(topic,
                           name_of(body.value().publisher),
                           body.value().publisher,
                           body.value().incarnation,
                           sequence);
    }
}

void LinkSession::handle_refused(const ControlFrame& frame) {
    const auto body = decode_refused(frame);
    if (!body) {
        return;
    }
    log_refusal(body.value());
    const std::uint32_t life = body.value().incarnation;
    if (life != 0 && life != identity_.incarnation) {
        return;  // A sequence of another life would name another message of this one.
    }
    runner_->refused(
        body.value().topic, body.value().sequence, body.value().status, body.value().reason);
    note_timers();
}

/// A kill switch voids a thousand messages at once, and with droverd hung nobody reads what is
/// written.
void LinkSession::log_refusal(const RefusedBody& refused) {
    last_refusal_ = "Message " + std::to_string(refused.sequence) + " on '" + refused.topic +
                    "' was refused: " + refused.reason;
    ++unlogged_refusals_;
    log_refusals(false);
}

void LinkSession::log_refusals(bool at_once) {
    if (unlogged_refusals_ == 0) {
        return;
    }
    const Monotonic now = monotonic_now();
    if (!at_once && now - refusal_logged_ < between_refusals) {
        return;
    }
    refusal_logged_ = now;
    const std::uint64_t others = std::exchange(unlogged_refusals_, 0) - 1;
    log_warning(last_refusal_ +
                (others > 0 ? " And " + std::to_string(others) + " others before it." : ""));
}

const void* LinkSession::aligned(std::span<const std::byte> payload) {
    if (reinterpret_cast<std::uintptr_t>(payload.data()) % alignof(std::uint64_t) == 0) {
        return payload.data();
    }
    room_.resize((payload.size() + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t));
    std::memcpy(room_.data(), payload.data(), payload.size());
    return room_.data();
}

void LinkSession::handle_message(std::span<const std::byte> bytes) {
    if (!ready_) {
        return;
    }
    const auto frame = MessageFrame::decode_unchecked_topic(bytes);
    if (!frame) {
        page_.malformed.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    const MessageHeader& header = frame->header;
    Delivery delivery;
    delivery.topic = frame->topic;
    delivery.publisher = name_of(header.publisher);
    delivery.type = header.type;
    delivery.id = {header.publisher, header.incarnation, header.sequence};
    delivery.cause = {header.cause.publisher, header.cause.incarnation, header.cause.sequence};
    delivery.topic_sequence = header.topic_sequence;
    delivery.event_time = header.event_time;
    delivery.publish_time = header.publish_time;
    delivery.data = aligned(frame->payload);
    delivery.bytes = frame->payload.size();
    delivery.count = header.count;
    delivery.record_size = header.record_size;
    delivery.flags = header.flags;
    delivery.position = header.delivery;
    delivery.is_share = (header.flags & share_flag) != 0;
    set_delivery_time(header.publish_time);
    if (!identity_.replay) {
        page_.queue_age.store(runner_->time() - header.publish_time, std::memory_order_relaxed);
    }
    const bool is_known = runner_->has_handled(delivery.position);
    deliver_unless_void(delivery, header);
    if (is_known) {
        // The router does not know yet: it sent this again.
        queue(encode_control(HandledBody{runner_->place().cursor}));
    }
    if (identity_.replay) {
        finish_delivery();
    } else {
        return_credit(bytes.size());
    }
}

}  // namespace drover
