#include "router/router_core.hpp"

#include <algorithm>
#include <utility>

#include <drover/status.h>

#include "base/logging.hpp"

namespace drover {
namespace {

/// More notices than this are not kept for an agent that reads nothing; the counters hold them all.
constexpr std::size_t most_urgent_frames = 4096;

template <typename Body>
Frame control(const Body& body) {
    return Frame(std::span<const std::byte>(encode_control(body)));
}

std::vector<std::string> names_of(const RouterConfig& config) {
    std::vector<std::string> names;
    for (const RouterAgent& agent : config.agents) {
        names.push_back(agent.name);
    }
    return names;
}

Presence presence_of(std::string_view state) {
    if (state == "running") {
        return Presence::running;
    }
    const bool is_left_out = state == "disabled" || state == "stopped" || state == "completed";
    return is_left_out ? Presence::absent : Presence::expected;
}

/// Whether no process stands behind an agent in this state.
bool is_dead(std::string_view state) {
    return presence_of(state) == Presence::absent || state == "failed" || state == "backing_off";
}

}  // namespace

RouterCore::RouterCore(RouterConfig config, RouterOutput& output)
    : config_(std::move(config)), output_(output), routes_(config_), drops_(names_of(config_)) {
    for (std::size_t agent = 0; agent < config_.agents.size(); ++agent) {
        sessions_.push_back(Session{.queue = ReceiverQueue(config_.queue, config_.window)});
    }
    if (config_.has_replay_clock) {
        replay_.emplace(config_.agents.size(), static_cast<ReplayHands&>(*this));
    }
}

void RouterCore::open_link(std::uint16_t agent, std::uint32_t incarnation, std::string token) {
    end_session(agent);
    Session& session = sessions_[agent];
    session.phase = Phase::awaiting_hello;
    session.incarnation = incarnation;
    session.token = std::move(token);
    session.was_warned = false;
    send_urgent(agent, control(WelcomeBody{config_.epoch}));
}

void RouterCore::close_link(std::uint16_t agent) {
    end_session(agent);
    sessions_[agent].phase = Phase::closed;
}

void RouterCore::end_session(std::uint16_t agent) {
    Session& session = sessions_[agent];
    counts_.dropped_link_ended += session.queue.reset();
    session.urgent.clear();
    session.is_blocked = false;
    if (replay_) {
        replay_->link_ended(agent);  // It stays subscribed: the others wait for it.
    } else {
        routes_.unsubscribe(agent);
    }
}

void RouterCore::set_state(std::uint16_t agent, std::string_view state) {
    if (is_dead(state)) {
        close_link(agent);
    }
    if (!replay_) {
        return;
    }
    replay_->set_presence(agent, presence_of(state));
    if (presence_of(state) == Presence::absent) {
        routes_.unsubscribe(agent);
    }
    replay_->move_on(now_);
}

void RouterCore::receive(std::uint16_t agent, Frame& frame) {
    if (sessions_[agent].phase == Phase::closed) {
        return;
    }
    if (is_control_frame(frame.bytes())) {
        receive_control(agent, frame);
    } else {
        receive_message(agent, frame);
    }
    if (replay_) {
        replay_->move_on(now_);
    }
}

void RouterCore::receive_control(std::uint16_t agent, const Frame& frame) {
    const auto sound = ControlFrame::decode(frame.bytes());
    if (!sound) {
        count_malformed(agent, "a control frame that is not in order");
    } else if (sound->kind == ControlKind::hello) {
        receive_hello(agent, *sound);
    } else if (sessions_[agent].phase == Phase::open) {
        receive_open(agent, *sound);
    }
}

void RouterCore::receive_hello(std::uint16_t agent, const ControlFrame& frame) {
    auto hello = decode_hello(frame);
    if (!hello) {
        count_malformed(agent, hello.error().message);
        return;
    }
    const Session& session = sessions_[agent];
    if (hello.value().agent != name_of(agent) || hello.value().token != session.token ||
        hello.value().incarnation != session.incarnation) {
        count_malformed(agent, "a HELLO with another name, incarnation or token");
    } else if (hello.value().epoch != config_.epoch) {
        send_urgent(agent, control(WelcomeBody{config_.epoch}));
    } else {
        accept_hello(agent, std::move(hello.value()));
    }
}

void RouterCore::accept_hello(std::uint16_t agent, HelloBody hello) {
    end_session(agent);
    for (const std::string& pattern : routes_.subscribe(agent, std::move(hello.subscriptions))) {
        log_warning("Agent '" + name_of(agent) + "' asked for '" + pattern +
                    "', which none of its IN ports covers; it will not receive it.");
    }
    sessions_[agent].phase = Phase::open;
    if (replay_) {
        replay_->link_opened(agent, hello.fleet_time);
    }
    send_urgent(agent, control(ReadyBody{config_.epoch, replay_ ? replay_->now() : 0}));
}

void RouterCore::receive_open(std::uint16_t agent, const ControlFrame& frame) {
    switch (frame.kind) {
        case ControlKind::credit:
            receive_credit(agent, frame);
            break;
        case ControlKind::heartbeat:
            receive_heartbeat(agent, frame);
            break;
        case ControlKind::done:
            receive_done(agent, frame);
            break;
        case ControlKind::advance:
            receive_advance(agent, frame);
            break;
        default:
            count_malformed(agent, "a control frame of a kind that agents do not send");
    }
}

void RouterCore::receive_credit(std::uint16_t agent, const ControlFrame& frame) {
    const auto credit = decode_control<CreditBody>(frame);
    if (!credit) {
        count_malformed(agent, "a CREDIT of the wrong size");
        return;
    }
    sessions_[agent].queue.credit(credit->frames, credit->bytes);
    flush(agent);
}

void RouterCore::receive_heartbeat(std::uint16_t agent, const ControlFrame& frame) {
    const auto heartbeat = decode_heartbeat(frame);
    if (!heartbeat || !is_own(agent, heartbeat.value().publisher, heartbeat.value().incarnation)) {
        count_malformed(agent, "a HEARTBEAT that is not its own");
    } else if (!replay_ || replay_->is_idle()) {
        forward_heartbeat(heartbeat.value());
    }
}

void RouterCore::receive_done(std::uint16_t agent, const ControlFrame& frame) {
    const auto done = decode_control<DoneBody>(frame);
    if (!done || !replay_ ||
        (done->publisher != 0 && !is_own(agent, done->publisher, done->incarnation))) {
        count_malformed(agent, "a DONE that is not its own or not under a replay clock");
        return;
    }
    replay_->done(agent, *done);
}

void RouterCore::receive_advance(std::uint16_t agent, const ControlFrame& frame) {
    const auto advance = decode_control<AdvanceBody>(frame);
    if (!advance || !replay_ || !replay_->ask_advance(agent, *advance)) {
        count_malformed(agent, "an ADVANCE while one is open or not under a replay clock");
    }
}

void RouterCore::receive_message(std::uint16_t agent, Frame& frame) {
    if (sessions_[agent].phase != Phase::open) {
        ++counts_.dropped_before_hello;
        return;
    }
    const auto message = MessageFrame::decode_unchecked_topic(frame.bytes());
    const Route* const route = message ? routes_.find(message->topic) : nullptr;
    if (route == nullptr ||
        !is_own(agent, message->header.publisher, message->header.incarnation)) {
        count_malformed(agent, "a message that is malformed or not its own");
        return;
    }
    ++counts_.messages_in;
    counts_.bytes_in += frame.size();
    if (!route->may_publish[agent]) {
        refuse(agent,
               message->topic,
               message->header.sequence,
               DROVER_E_DENIED,
               routes_.why_denied(agent, message->topic));
        return;
    }
    GateMark gate{route->gated, 0};
    if (route->gated) {
        const GateReading reading = output_.gate();
        gate.revision = reading.revision;
        if (reading.is_engaged) {
            refuse(agent,
                   message->topic,
                   message->header.sequence,
                   DROVER_E_GATED,
                   "The kill switch is engaged and the topic is gated.");
            return;
        }
    }
    accept_message(agent, frame, *route, gate);
}

void RouterCore::accept_message(std::uint16_t agent,
                                Frame& frame,
                                const Route& route,
                                GateMark gate) {
    if (replay_) {
        replay_->publish(agent, ReplayMessage{std::move(frame), gate});
        return;
    }
    output_.tap(frame);
    forward(route, frame, gate);
}

void RouterCore::forward(const Route& route, Frame& frame, GateMark gate) {
    const std::size_t receivers = route.receivers.size();
    for (std::size_t index = 0; index < receivers; ++index) {
        const bool is_last = index + 1 == receivers;
        send_or_queue(route.receivers[index],
                      QueueEntry{is_last ? std::move(frame) : Frame(frame), gate, true, now_});
    }
}

void RouterCore::send_or_queue(std::uint16_t receiver, QueueEntry entry) {
    Session& session = sessions_[receiver];
    const bool may_go = session.queue.is_empty() && session.urgent.empty() && !session.is_blocked &&
                        (!entry.takes_credit || session.queue.has_credit(entry.frame.size()));
    if (may_go && send_message(receiver, entry)) {
        return;
    }
    if (const std::size_t dropped = session.queue.push(std::move(entry)); dropped > 0) {
        counts_.dropped_queue_full += dropped;
        drops_.note(receiver, dropped);
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
        if (route == nullptr) {
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

void RouterCore::flush_queue(std::uint16_t agent) {
    ReceiverQueue& queue = sessions_[agent].queue;
    while (!queue.is_empty()) {
        QueueEntry& entry = queue.front();
        if (entry.takes_credit && !queue.has_credit(entry.frame.size())) {
            return;
        }
        if (!refuse_if_void(entry.frame, entry.gate) && !send_message(agent, entry)) {
            return;
        }
        queue.pop();
    }
}

void RouterCore::send_urgent(std::uint16_t agent, Frame frame) {
    std::deque<Frame>& urgent = sessions_[agent].urgent;
    if (urgent.empty() && output_.send(agent, frame)) {
        return;
    }
    if (urgent.size() < most_urgent_frames) {
        urgent.push_back(std::move(frame));
    }
}

bool RouterCore::wants_to_send(std::uint16_t agent) const {
    return sessions_[agent].is_blocked || !sessions_[agent].urgent.empty();
}

void RouterCore::refuse(std::uint16_t agent,
                        std::string_view topic,
                        std::uint64_t sequence,
                        std::int32_t status,
                        std::string reason) {
    ++counts_.refused;
    send_urgent(agent,
                Frame(encode_refused({std::string(topic), sequence, status, std::move(reason)})));
}

bool RouterCore::refuse_if_void(const Frame& frame, GateMark gate) {
    if (!gate.gated) {
        return false;
    }
    const GateReading reading = output_.gate();
    if (!reading.is_engaged && reading.revision == gate.revision) {
        return false;
    }
    const auto message = MessageFrame::decode_unchecked_topic(frame.bytes());
    if (const auto sender = message ? agent_of(message->header) : std::nullopt) {
        refuse(*sender,
               message->topic,
               message->header.sequence,
               DROVER_E_GATED,
               "The kill switch was engaged while the message waited for its receiver.");
    } else {
        ++counts_.refused;
    }
    return true;
}

void RouterCore::count_malformed(std::uint16_t agent, std::string_view what) {
    ++counts_.malformed;
    if (!std::exchange(sessions_[agent].was_warned, true)) {
        log_warning("Agent '" + name_of(agent) + "' sent " + std::string(what) +
                    ". Further ones of this life are only counted.");
    }
}

bool RouterCore::is_own(std::uint16_t agent,
                        std::uint32_t publisher,
                        std::uint32_t incarnation) const {
    return publisher == config_.agents[agent].handle && incarnation == sessions_[agent].incarnation;
}

std::optional<std::uint16_t> RouterCore::agent_of(const MessageHeader& header) const {
    for (std::uint16_t agent = 0; agent < sessions_.size(); ++agent) {
        if (sessions_[agent].phase == Phase::open &&
            is_own(agent, header.publisher, header.incarnation)) {
            return agent;
        }
    }
    return std::nullopt;
}

void RouterCore::tick(Monotonic now) {
    now_ = now;
    if (const auto health = drops_.tick(now)) {
        output_.report_health(*health);
    }
    if (replay_) {
        replay_->move_on(now);
    }
}

std::optional<Monotonic> RouterCore::deadline() const {
    const auto drops = drops_.deadline();
    const auto replay = replay_ ? replay_->deadline() : std::nullopt;
    if (drops && replay) {
        return std::min(*drops, *replay);
    }
    return drops ? drops : replay;
}

RouterCounts RouterCore::counts() const {
    RouterCounts counts = counts_;
    counts.dropped_link_ended += replay_ ? replay_->lost() : 0;
    return counts;
}

std::chrono::nanoseconds RouterCore::oldest_wait() const {
    std::chrono::nanoseconds longest{0};
    for (const Session& session : sessions_) {
        if (!session.queue.is_empty()) {
            longest = std::max(longest, now_ - session.queue.front().queued_at);
        }
    }
    return longest;
}

void RouterCore::hand_out(std::uint16_t agent, Frame frame) {
    if (!is_control_frame(frame.bytes())) {
        ++counts_.messages_out;
        counts_.bytes_out += frame.size();
    }
    send_urgent(agent, std::move(frame));
}

const std::vector<std::uint16_t>& RouterCore::enter(const Frame& frame) {
    static const std::vector<std::uint16_t> nobody;
    output_.tap(frame);
    const auto message = MessageFrame::decode_unchecked_topic(frame.bytes());
    const Route* const route = message ? routes_.find(message->topic) : nullptr;
    return route != nullptr ? route->receivers : nobody;
}

bool RouterCore::refuse_if_void(const ReplayMessage& message) {
    return refuse_if_void(message.frame, message.gate);
}

void RouterCore::waits_for(const std::vector<std::uint16_t>& agents) {
    std::vector<std::string> names;
    for (const std::uint16_t agent : agents) {
        names.push_back(name_of(agent));
    }
    output_.report_waiting(names);
}

void RouterCore::found_endless(std::uint16_t agent, std::int64_t /*time*/) {
    output_.report_health({"unhealthy",
                           "replay.endless",
                           "The replay stands: more than 1,000,000 deliveries within one instant. "
                           "Agent '" +
                               name_of(agent) +
                               "' is part of a cycle in which messages cause each other."});
}

}  // namespace drover
