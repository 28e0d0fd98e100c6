#include "runner/link_session.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include "base/clock.hpp"
#include "base/logging.hpp"

namespace drover {
namespace {

/// What may wait while the router is away; beyond it the oldest goes, and receivers see the gap.
constexpr std::size_t most_unsent = 65536;

/// How long received messages are handled before the loop looks after everything else: a stop must
/// not wait for a whole burst of long callbacks.
constexpr auto longest_turn = std::chrono::milliseconds(5);

MessageCause cause_of(const drover_message_id& id) {
    return {id.publisher, id.incarnation, id.sequence};
}

MessageHeader header_of(const PublishedMessage& message) {
    MessageHeader header;
    header.type = message.type;
    header.encoding = message.encoding;
    header.publisher = message.id.publisher;
    header.incarnation = message.id.incarnation;
    header.sequence = message.id.sequence;
    header.topic_sequence = message.topic_sequence;
    header.cause = cause_of(message.cause);
    header.event_time = message.event_time;
    header.publish_time = message.publish_time;
    header.count = message.count;
    header.record_size = message.record_size;
    return header;
}

}  // namespace

LinkSession::LinkSession(AgentLink link,
                         LinkIdentity identity,
                         StatusPageLayout& page,
                         AgentObserver& observer,
                         std::function<void()> wake)
    : link_(std::move(link)),
      identity_(std::move(identity)),
      page_(page),
      observer_(observer),
      wake_(std::move(wake)) {}

void LinkSession::note_unsent(std::uint64_t count, std::string_view code, std::string_view reason) {
    observer_.on_occurrence({EventKind::loss, identity_.agent, {}, identity_.agent, code, reason},
                            count);
}

std::string_view LinkSession::name_of(std::uint32_t publisher) const {
    const auto found = identity_.publishers.find(publisher);
    return found == identity_.publishers.end() ? std::string_view("?") : found->second;
}

void LinkSession::send(const PublishedMessage& message) {
    const std::size_t size = message_frame_size(message.topic.size(), message.payload.size());
    const MessageHeader header = header_of(message);
    if (!bundle_.has_room_for(size)) {
        close_bundle();
    }
    if (bundle_.has_room_for(size)) {
        encode_message(bundle_.add(size), message.topic, header, message.payload);
        return;
    }
    Frame frame(size);
    encode_message(frame.writable_bytes(), message.topic, header, message.payload);
    hold({std::move(frame), 1});
}

void LinkSession::send_or_keep(Frame frame) {
    close_bundle();
    hold({std::move(frame), 0});
}

void LinkSession::finish_sending() {
    flush();
}

void LinkSession::close_bundle() {
    if (!bundle_.is_empty()) {
        hold({Frame(bundle_.frame()), bundle_.count()});
        bundle_.clear();
    }
}

void LinkSession::hold(Unsent unsent) {
    if (ready_ && unsent_.empty() && try_send(unsent.frame)) {
        return;
    }
    unsent_messages_ += unsent.messages;
    unsent_.push_back(std::move(unsent));
    while (unsent_.size() > most_unsent || unsent_messages_ > most_unsent) {
        if (const std::size_t lost = unsent_.front().messages; lost > 0) {
            page_.lost.fetch_add(lost, std::memory_order_relaxed);
            note_unsent(lost, "unsent_full", "too many waited to be sent; receivers see a gap");
        }
        unsent_messages_ -= unsent_.front().messages;
        unsent_.pop_front();
    }
}

bool LinkSession::try_send(Frame& frame) {
    const LinkStatus status = link_.send(frame);
    broken_ = broken_ || status == LinkStatus::failed;
    return status == LinkStatus::done;
}

void LinkSession::queue(std::span<const std::byte> bytes) {
    close_bundle();
    unsent_.push_back({Frame(bytes), 0});
}

void LinkSession::ask_advance(std::int64_t time, std::int64_t delay, std::uint64_t token) {
    open_advance_ = AdvanceBody{time, delay, token};
    if (ready_) {
        queue(encode_control(*open_advance_));
    }
}

void LinkSession::open(AgentRunner& runner) {
    runner_ = &runner;
    hello_due_ = epoch_ != 0;
    flush();
}

bool LinkSession::wants_to_write() const {
    return hello_due_ || credit_due_ || (ready_ && !unsent_.empty());
}

void LinkSession::flush() {
    if (hello_due_) {
        send_hello();
    }
    close_bundle();
    while (ready_ && !unsent_.empty() && try_send(unsent_.front().frame)) {
        unsent_messages_ -= unsent_.front().messages;
        unsent_.pop_front();
    }
    if (credit_due_) {
        send_credit();
    }
}

void LinkSession::send_hello() {
    HelloBody hello;
    hello.agent = identity_.agent;
    hello.incarnation = identity_.incarnation;
    hello.token = identity_.token;
    hello.epoch = epoch_;
    hello.fleet_time = identity_.replay ? runner_->time() : 0;
    hello.subscriptions = runner_->subscriptions();
    Frame frame{std::span<const std::byte>(encode_hello(hello))};
    hello_due_ = !try_send(frame);
}

std::size_t LinkSession::receive(std::size_t most) {
    std::size_t received = 0;
    const Monotonic turn_ends = monotonic_now() + longest_turn;
    while (received < most && receive_one()) {
        ++received;
        const bool wants_to_stop = runner_ != nullptr && runner_->wants_to_stop();
        if (wants_to_stop || monotonic_now() >= turn_ends) {
            break;
        }
    }
    return received;
}

/// Handles the next message or control frame; false when none is at hand.
bool LinkSession::receive_one() {
    if (!received_.is_at_end()) {
        if (const auto message = received_.next()) {
            handle_message(*message);
        } else {
            page_.malformed.fetch_add(1, std::memory_order_relaxed);
        }
        return true;
    }
    const LinkStatus status = link_.receive(received_bundle_);
    if (status != LinkStatus::done) {
        broken_ = broken_ || status == LinkStatus::failed;
        return false;
    }
    handle_frame(received_bundle_.bytes());
    return true;
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
    } else {
        handle_control(*control);
    }
}

void LinkSession::handle_control(const ControlFrame& frame) {
    if (const auto welcome = decode_control<WelcomeBody>(frame)) {
        begin_epoch(welcome->epoch);
    } else if (const auto ready = decode_control<ReadyBody>(frame)) {
        become_ready(*ready);
    } else if (!ready_) {
        return;  // Left over from a link that is gone.
    } else if (const auto timer = decode_control<TimerBody>(frame)) {
        runner_->set_time(timer->time);
        runner_->fire_timers();
        queue_done(identity_.handle);
    } else if (const auto advanced = decode_control<AdvancedBody>(frame)) {
        open_advance_.reset();
        runner_->advanced(advanced->time, advanced->token);
        queue_done(identity_.handle);
    } else if (frame.kind == ControlKind::request) {
        handle_request(frame);
    } else if (frame.kind == ControlKind::reply) {
        handle_reply(frame);
    } else if (frame.kind == ControlKind::heartbeat) {
        if (const auto body = decode_heartbeat(frame)) {
            for (const auto& [topic, sequence] : body.value().topics) {
                runner_->note_last(topic,
                                   name_of(body.value().publisher),
                                   body.value().publisher,
                                   body.value().incarnation,
                                   sequence);
            }
        }
    } else if (frame.kind == ControlKind::refused) {
        if (const auto body = decode_refused(frame)) {
            log_warning("Message " + std::to_string(body.value().sequence) + " on '" +
                        body.value().topic + "' was refused: " + body.value().reason);
            runner_->refused(body.value().topic,
                             body.value().sequence,
                             body.value().status,
                             body.value().reason);
            note_timers();
        }
    }
}

void LinkSession::begin_epoch(std::uint64_t epoch) {
    if (epoch == epoch_) {
        return;
    }
    epoch_ = epoch;
    ready_ = false;
    close_bundle();
    if (was_ready_ && !unsent_.empty()) {
        // Receivers see these as gaps; sending them to a router that lost the rest would only
        // make the loss look smaller than it is.
        log_warning(std::to_string(unsent_messages_) +
                    " messages that the last router had not taken were discarded.");
        note_unsent(unsent_messages_,
                    "unsent_discarded",
                    "the last router had not taken them; receivers see a gap");
        unsent_.clear();
        unsent_messages_ = 0;
    }
    hello_due_ = runner_ != nullptr;
    if (was_ready_ && runner_ != nullptr) {
        runner_->lose_requests("The router ended before an answer came.");
    }
    flush();
}

void LinkSession::become_ready(const ReadyBody& body) {
    if (body.epoch != epoch_ || runner_ == nullptr || ready_) {
        return;
    }
    ready_ = true;
    was_ready_ = true;
    credit_ = CreditBody{};
    credit_due_ = false;
    if (identity_.replay) {
        runner_->set_time(body.fleet_time);
        queue_done(0);
        if (open_advance_) {
            queue(encode_control(*open_advance_));
        }
    }
    flush();
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
    delivery.is_share = (header.flags & share_flag) != 0;
    const std::int64_t now = identity_.replay ? header.publish_time : wall_now();
    if (!identity_.replay) {
        page_.queue_age.store(now - header.publish_time, std::memory_order_relaxed);
    }
    runner_->set_time(now);
    deliver_unless_void(delivery, header);
    if (identity_.replay) {
        queue_done(identity_.handle);
    } else {
        return_credit(bytes.size());
    }
}

void LinkSession::return_credit(std::size_t frame_size) {
    ++credit_.frames;
    credit_.bytes += frame_size;
    if (credit_.frames >= identity_.window_frames / 4 ||
        credit_.bytes >= identity_.window_bytes / 4) {
        credit_due_ = true;
        send_credit();
    }
}

void LinkSession::send_credit() {
    Frame frame{std::span<const std::byte>(encode_control(credit_))};
    if (try_send(frame)) {
        credit_ = CreditBody{};
        credit_due_ = false;
    }
}

void LinkSession::queue_done(std::uint32_t publisher) {
    DoneBody done;
    done.publisher = publisher;
    done.incarnation = identity_.incarnation;
    done.sequence = runner_->last_sequence();
    done.next_timer = runner_->next_timer();
    done.fleet_time = runner_->time();
    told_timer_ = done.next_timer;
    queue(encode_control(done));
    flush();
}

void LinkSession::note_timers() {
    if (identity_.replay && ready_ && runner_->next_timer() != told_timer_) {
        queue_done(0);
    }
}

bool LinkSession::has_heartbeat_news() const {
    return !identity_.replay && ready_ && runner_->last_sequence() != heartbeat_sequence_;
}

void LinkSession::send_heartbeat() {
    if (!has_heartbeat_news()) {
        return;
    }
    heartbeat_sequence_ = runner_->last_sequence();
    HeartbeatBody body;
    body.publisher = identity_.handle;
    body.incarnation = identity_.incarnation;
    for (const OutTopic& topic : runner_->published_topics()) {
        if (topic.topic_sequence > 0) {
            body.topics.emplace_back(topic.name, topic.topic_sequence);
        }
    }
    queue(encode_heartbeat(body));
    flush();
}

}  // namespace drover
