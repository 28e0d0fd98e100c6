#include "router/router_core.hpp"

#include <algorithm>
#include <utility>

#include <drover/status.h>

#include "base/logging.hpp"
#include "router/control_to_frame.hpp"

namespace drover {
namespace {

/// More notices than this do not wait for an agent that reads nothing; the counters hold them all.
constexpr std::size_t most_notices = 4096;

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
        sessions_.emplace_back(ReceiverQueue(config_.queue, config_.window));
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
    send_urgent(agent, control_to_frame(WelcomeBody{config_.epoch}));
}

void RouterCore::end_life(std::uint16_t agent) {
    end_session(agent);
    Session& session = sessions_[agent];
    session.phase = session.phase == Phase::closed || session.phase == Phase::awaiting_hello
                        ? Phase::closed
                        : Phase::ended;
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
        end_life(agent);
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
    send_urgent(agent, control_to_frame(ReadyBody{config_.epoch, replay_ ? replay_->now() : 0}));
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

void RouterCore::refuse(std::uint16_t agent,
                        std::string_view topic,
                        std::uint64_t sequence,
                        std::int32_t status,
                        std::string reason) {
    ++counts_.refused;
    send_urgent(agent,
                Frame(encode_refused({std::string(topic), sequence, status, std::move(reason)})));
}

bool RouterCore::refuse_if_void(std::uint16_t receiver, const Frame& frame, const GateMark& gate) {
    if (!gate.gated) {
        return false;
    }
    const GateReading reading = output_.gate();
    if (!reading.is_engaged && reading.revision == gate.revision) {
        return false;
    }
    if (std::exchange(*gate.is_refused, true)) {
        return true;
    }
    const auto message = MessageFrame::decode_unchecked_topic(frame.bytes());
    if (const auto sender = message ? agent_of(message->header) : std::nullopt) {
        refuse(*sender,
               message->topic,
               message->header.sequence,
               DROVER_E_GATED,
               "The kill switch was engaged while the message waited for '" + name_of(receiver) +
                   "'.");
    } else {
        ++counts_.refused;
    }
    return true;
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

bool RouterCore::refuse_if_void(std::uint16_t receiver, const ReplayMessage& message) {
    return refuse_if_void(receiver, message.frame, message.gate);
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
