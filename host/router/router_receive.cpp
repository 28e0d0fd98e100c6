/// What RouterCore does with the frames that arrive: each is checked before anything follows.
#include <string>
#include <utility>

#include <drover/status.h>

#include "base/logging.hpp"
#include "router/control_to_frame.hpp"
#include "router/router_core.hpp"

namespace drover {
void RouterCore::receive(std::uint16_t agent, Frame& frame) {
    if (sessions_[agent].phase == Phase::closed) {
        return;
    }
    if (waits_for_log(agent, frame)) {
        hold_unlogged(agent, std::move(frame));
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

void RouterCore::receive_control(std::uint16_t agent, Frame& frame) {
    const auto sound = ControlFrame::decode(frame.bytes());
    if (!sound) {
        count_malformed(agent, "a control frame that is not in order");
    } else if (sound->kind == ControlKind::bundle) {
        receive_bundle(agent, frame, *sound);
    } else if (sessions_[agent].phase == Phase::ended) {
        return;  // Only what it still published counts.
    } else if (sound->kind == ControlKind::hello) {
        receive_hello(agent, *sound);
    } else if (sessions_[agent].phase == Phase::open) {
        receive_open(agent, *sound, frame);
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
        send_urgent(agent, control_to_frame(WelcomeBody{config_.epoch}));
    } else {
        accept_hello(agent, hello.value());
    }
}

void RouterCore::receive_open(std::uint16_t agent, const ControlFrame& control, Frame& frame) {
    switch (control.kind) {
        case ControlKind::credit:
            receive_credit(agent, control);
            break;
        case ControlKind::heartbeat:
            receive_heartbeat(agent, control);
            break;
        case ControlKind::done:
            receive_done(agent, control);
            break;
        case ControlKind::advance:
            receive_advance(agent, control);
            break;
        case ControlKind::request:
            receive_request(agent, frame);
            break;
        case ControlKind::reply:
            receive_reply(agent, frame);
            break;
        case ControlKind::handled:
            receive_handled(agent, control);
            break;
        case ControlKind::voided:
            receive_voided(agent, control);
            break;
        case ControlKind::unhandled:
            receive_unhandled(agent, control);
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
    sessions_[agent].queue.credit(credit->frames, credit->bytes, credit->window);
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
    const auto message = MessageFrame::decode_unchecked_topic(frame.bytes());
    if (sessions_[agent].phase == Phase::awaiting_hello) {
        // What is durable is still in its outbox, and comes again behind the HELLO.
        if (!message || message->header.delivery == 0) {
            ++counts_.dropped_before_hello;
            note_lost(agent, 1, "before_hello", "it published them before its link was open");
        }
        return;
    }
    if (message && message->header.delivery != 0) {
        receive_durable(agent, frame);
        return;
    }
    const Route* const route = message ? routes_.find(message->topic) : nullptr;
    if (route == nullptr || message->header.flags != 0 ||
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
    GateMark gate;
    if (route->gated) {
        const GateReading reading = output_.gate();
        if (reading.is_engaged) {
            refuse(agent,
                   message->topic,
                   message->header.sequence,
                   DROVER_E_GATED,
                   "The kill switch is engaged and the topic is gated.");
            return;
        }
        gate = {true, reading.revision, std::make_shared<bool>(false)};
        // Nobody shares the frame yet, and whoever handles it must know of which reading it is.
        stamp_gate(frame.writable_bytes(), message->topic.size(), reading.revision);
    }
    if (refuse_beyond_quota(agent, *message)) {
        return;
    }
    accept_message(agent, frame, *route, gate);
}

void RouterCore::count_malformed(std::uint16_t agent, std::string_view what) {
    ++counts_.malformed;
    if (!std::exchange(sessions_[agent].was_warned, true)) {
        log_warning("Agent '" + name_of(agent) + "' sent " + std::string(what) +
                    ". Further ones of this life are only counted.");
    }
}

}  // namespace drover
