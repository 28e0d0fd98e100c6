/// What RouterCore does with durable messages that arrive: held while the log takes none, dropped
/// when they came before, refused, or appended.
#include <algorithm>
#include <utility>

#include <drover/status.h>

#include "base/logging.hpp"
#include "router/control_to_frame.hpp"
#include "router/router_core.hpp"

namespace drover {
namespace {

/// What an agent may send beyond what the log takes: it stops by itself far earlier.
constexpr std::size_t most_unlogged = 8192;
constexpr std::size_t most_unlogged_bytes = std::size_t{32} << 20U;

/// What must be heard of an agent whose durable messages wait: it may be what the log waits for.
bool is_heard_meanwhile(ControlKind kind) {
    return kind == ControlKind::hello || kind == ControlKind::credit ||
           kind == ControlKind::handled || kind == ControlKind::voided ||
           kind == ControlKind::heartbeat;
}

}  // namespace

bool RouterCore::wants_to_receive(std::uint16_t agent) const {
    return sessions_[agent].unlogged.size() < most_unlogged &&
           sessions_[agent].unlogged_bytes < most_unlogged_bytes;
}

bool RouterCore::has_room_in_log(std::uint16_t agent, std::size_t frame) {
    return replay_ ? durable_->keeps_up(frame) : durable_->has_room(agent, frame);
}

/// Under a replay clock everything that follows a message waits with it, for the sake of the order.
bool RouterCore::waits_for_log(std::uint16_t agent, const Frame& frame) const {
    if (!replay_ || sessions_[agent].unlogged.empty()) {
        return false;
    }
    const auto control = ControlFrame::decode(frame.bytes());
    return !control || !is_heard_meanwhile(control->kind);
}

void RouterCore::hold_unlogged(std::uint16_t agent, Frame frame) {
    sessions_[agent].unlogged_bytes += frame.size();
    sessions_[agent].unlogged.push_back(std::move(frame));
}

void RouterCore::take_unlogged(std::uint16_t agent) {
    Session& session = sessions_[agent];
    while (!session.unlogged.empty() && has_room_in_log(agent, session.unlogged.front().size())) {
        auto waiting = std::exchange(session.unlogged, {});
        session.unlogged_bytes = 0;
        for (Frame& frame : waiting) {
            receive(agent, frame);  // Holds it again when there is no more room.
        }
    }
}

/// The agent sends them again on its next link.
void RouterCore::drop_unlogged(std::uint16_t agent) {
    if (!durable_) {
        return;
    }
    sessions_[agent].unlogged.clear();
    sessions_[agent].unlogged_bytes = 0;
    sessions_[agent].unlogged_sequence = 0;
    durable_->receivers().close(agent);
    const std::uint32_t handle = config_.agents[agent].handle;
    const auto& appended = durable_->log().state().sequences;
    const auto found = appended.find(handle);
    durable_->publishers().expect_behind(handle, found == appended.end() ? 0 : found->second);
}

void RouterCore::receive_durable(std::uint16_t agent, Frame& frame) {
    const auto message = MessageFrame::decode_unchecked_topic(frame.bytes());
    const Route* const route = routes_.find(message->topic);
    // What is sent again keeps the life that published it.
    if (!durable_ || route == nullptr || message->header.flags != 0 ||
        message->header.publisher != config_.agents[agent].handle ||
        message->header.incarnation > sessions_[agent].incarnation) {
        count_malformed(agent, "a durable message that is malformed or not its own");
        return;
    }
    if (!sessions_[agent].unlogged.empty() || !has_room_in_log(agent, frame.size())) {
        sessions_[agent].unlogged_sequence = message->header.delivery;
        hold_unlogged(agent, std::move(frame));
        return;
    }
    const MessageHeader& header = message->header;
    DurablePublishers& publishers = durable_->publishers();
    switch (publishers.hear(header.publisher, header.delivery)) {
        case DurableSequence::known:
            if (header.delivery <= publishers.logged(header.publisher)) {
                send_urgent(agent,
                            control_to_frame(LoggedBody{publishers.logged(header.publisher)}));
            }
            return;
        case DurableSequence::behind_gap:
            decline_gap(agent, header.delivery);
            return;
        case DurableSequence::next:
            take_durable(agent, frame, *message, *route);
    }
}

/// What is between them the agent has forgotten, since a log had it: not this one. Taking it would
/// hide that something is missing, and waiting for it would wait for ever.
void RouterCore::decline_gap(std::uint16_t agent, std::uint64_t sequence) {
    const std::uint64_t heard = durable_->publishers().heard(config_.agents[agent].handle);
    if (std::exchange(sessions_[agent].was_declined, true)) {
        return;  // It was on its way when it was told.
    }
    count_malformed(agent,
                    "the durable message " + std::to_string(sequence) + " behind " +
                        std::to_string(heard) +
                        ": what is between them never came, so it is not taken");
    const std::string reason = "The state file of agent '" + name_of(agent) +
                               "' goes on with its durable message " + std::to_string(sequence) +
                               ", and the durable log holds " + std::to_string(heard) +
                               " of it: its end was cut off, or an older copy of it was restored" +
                               DurableReceivers::remedy;
    log_error(reason);
    send_urgent(agent, Frame(encode_declined({reason})));
}

/// Quotas are not asked: the runner has, at the call, and what it committed since may come all at
/// once.
void RouterCore::take_durable(std::uint16_t agent,
                              Frame& frame,
                              const MessageFrame& message,
                              const Route& route) {
    ++counts_.messages_in;
    counts_.bytes_in += frame.size();
    std::optional<GateReading> gate;
    if (route.gated) {
        gate = output_.gate();
        // Nobody shares the frame yet, and whoever handles it must know of which reading it is.
        stamp_gate(frame.writable_bytes(), message.topic.size(), gate->revision);
    }
    if (!route.may_publish[agent] || (gate && gate->is_engaged)) {
        const bool is_denied = !route.may_publish[agent];
        durable_->append_refusal(message.header);
        refuse(agent,
               message.topic,
               message.header.sequence,
               is_denied ? DROVER_E_DENIED : DROVER_E_GATED,
               is_denied ? routes_.why_denied(agent, message.topic)
                         : "The kill switch is engaged and the topic is gated.",
               message.header.incarnation);
    } else if (replay_) {
        GateMark mark;
        if (gate) {
            mark = {true, gate->revision, std::make_shared<bool>(true)};
        }
        replay_->publish(
            agent, ReplayMessage{.frame = std::move(frame), .gate = mark, .is_durable = true});
    } else {
        durable_->append(std::move(frame), gate ? &*gate : nullptr, route.required);
    }
}

OwnPublications RouterCore::publications_of(std::uint16_t agent) const {
    const DurablePublishers& publishers = durable_->publishers();
    const std::uint32_t handle = config_.agents[agent].handle;
    return {std::max(publishers.heard(handle), sessions_[agent].unlogged_sequence),
            publishers.logged(handle)};
}

void RouterCore::take_log_news() {
    for (const std::uint32_t publisher : durable_->take_news()) {
        const std::uint64_t logged = durable_->publishers().logged(publisher);
        for (std::uint16_t agent = 0; agent < sessions_.size(); ++agent) {
            if (config_.agents[agent].handle != publisher) {
                continue;
            }
            if (durable_->receivers().note_logged(agent, logged)) {
                durable_->note_progress();
            }
            if (sessions_[agent].phase == Phase::open) {
                send_urgent(agent, control_to_frame(LoggedBody{logged}));
            }
        }
    }
    flush_all();
}

void RouterCore::flush_all() {
    for (std::uint16_t agent = 0; durable_ && agent < sessions_.size(); ++agent) {
        take_unlogged(agent);
        if (replay_) {
            durable_->receivers().settle(agent, durable_->told());
        } else {
            flush_queue(agent);
        }
    }
    finish_turn();
}

std::optional<Admission> RouterCore::admit(std::uint16_t agent, const HelloBody& hello) {
    if (!durable_) {
        return std::nullopt;
    }
    const std::uint32_t handle = config_.agents[agent].handle;
    return durable_->receivers().admit(agent, hello, durable_->publishers().heard(handle));
}

void RouterCore::send_ready(std::uint16_t agent, const std::optional<Admission>& admission) {
    ReadyBody ready{config_.epoch, replay_ ? replay_->now() : 0};
    if (admission) {
        ready.log = durable_->log().id();
        ready.cursor = admission->cursor;
        ready.logged = durable_->publishers().logged(config_.agents[agent].handle);
    }
    send_urgent(agent, control_to_frame(ready));
    send_notices(agent);
    if (admission && admission->is_anew) {
        log_warning("Agent '" + name_of(agent) +
                    "' has a new state file: it goes on behind position " +
                    std::to_string(admission->cursor) +
                    " of the durable log, and what it had handled before is not in its state.");
    }
}

void RouterCore::retire(const std::vector<std::string>& names) {
    for (RouterAgent& agent : config_.agents) {
        agent.is_retiring = !agent.has_left && std::ranges::find(names, agent.name) != names.end();
    }
    is_retirement_told_ = false;
    routes_.change(config_);
    if (durable_) {
        durable_->take_agents(config_.agents);
    }
    flush_all();
}

/// What was given to others before is handled now.
void RouterCore::release_waiting() {
    while (durable_ && !replay_) {
        const auto released = durable_->receivers().take_released(durable_->told());
        if (released.empty()) {
            return;
        }
        for (const std::uint16_t agent : released) {
            flush_queue(agent);
        }
    }
}

void RouterCore::report_retired() {
    if (is_retirement_told_) {
        return;
    }
    std::vector<std::string> names;
    for (std::uint16_t agent = 0; agent < config_.agents.size(); ++agent) {
        if (!config_.agents[agent].is_retiring || config_.agents[agent].has_left) {
            continue;
        }
        if (durable_ && !durable_->receivers().has_settled(agent, durable_->told())) {
            return;
        }
        names.push_back(config_.agents[agent].name);
    }
    is_retirement_told_ = true;
    if (!names.empty()) {
        output_.report_retired(names);
    }
}

}  // namespace drover
