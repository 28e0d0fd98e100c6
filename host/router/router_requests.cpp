// What RouterCore does with requests and replies: who sent them, and how they reach their receiver.
#include <utility>

#include "base/clock.hpp"
#include "router/router_core.hpp"
#include "wire/request_frame.hpp"

namespace drover {
namespace {

bool is_of_person(const Frame& frame) {
    const auto control = ControlFrame::decode(frame.bytes());
    const auto request = control ? RequestFrame::decode(*control) : std::nullopt;
    return request && request->head.client == 0;
}

}  // namespace

void RouterCore::receive_request(std::uint16_t agent, Frame& frame) {
    const auto control = ControlFrame::decode(frame.bytes());
    const auto request = control ? RequestFrame::decode(*control) : std::nullopt;
    if (!request || !is_own(agent, request->head.client, request->head.incarnation)) {
        count_malformed(agent, "a REQUEST that is malformed or not its own");
    } else if (replay_) {
        replay_->publish(agent, ReplayMessage{.frame = std::move(frame)});
    } else {
        requests_.ask(agent, std::move(frame));
    }
}

void RouterCore::receive_reply(std::uint16_t agent, Frame& frame) {
    const auto control = ControlFrame::decode(frame.bytes());
    const auto reply = control ? ReplyFrame::decode(*control) : std::nullopt;
    if (!reply || !is_own(agent, reply->head.server, reply->head.server_incarnation)) {
        count_malformed(agent, "a REPLY that is malformed or not its own");
    } else if (replay_) {
        replay_->publish(agent, ReplayMessage{.frame = std::move(frame)});
    } else if (!requests_.answer(agent, std::move(frame))) {
        ++counts_.dropped_replies;
    }
}

void RouterCore::enter_request(std::uint16_t agent, Frame frame) {
    const auto control = ControlFrame::decode(frame.bytes());
    if (control && control->kind == ControlKind::request) {
        requests_.ask(agent, std::move(frame));
    } else if (!requests_.answer(agent, std::move(frame))) {
        ++counts_.dropped_replies;
    }
}

void RouterCore::ask_for_person(const PersonRequest& request) {
    requests_.ask(request);
    if (replay_) {
        replay_->move_on(now_);
    }
}

void RouterCore::answer_person(const PersonReply& reply) {
    output_.answer_person(reply);
}

void RouterCore::bring(std::uint16_t agent, Frame frame) {
    if (replay_ && is_of_person(frame)) {
        replay_->bring_behind_instant(agent, std::move(frame));
        return;
    }
    if (replay_) {
        replay_->bring(agent, std::move(frame));
        return;
    }
    Session& session = sessions_[agent];
    if (session.phase == Phase::awaiting_hello) {
        session.held.push_back(std::move(frame));
    } else if (session.phase == Phase::open && requests_.hand_out(agent, frame)) {
        send_urgent(agent, std::move(frame));
    } else {
        ++counts_.dropped_replies;
    }
}

void RouterCore::bring_held(std::uint16_t agent) {
    for (Frame& frame : std::exchange(sessions_[agent].held, {})) {
        bring(agent, std::move(frame));
    }
}

std::string RouterCore::why_gone(std::uint16_t agent) const {
    const Session& session = sessions_[agent];
    const bool is_gone = replay_ ? replay_->is_absent(agent)
                                 : session.phase == Phase::closed || session.phase == Phase::ended;
    return is_gone ? "it is " + session.state : std::string();
}

std::int64_t RouterCore::request_time() const {
    return replay_ ? replay_->now() : wall_now();
}

HandedOut RouterCore::deliver(std::uint16_t agent, const ReplayMessage& message) {
    if (message.position != 0) {
        return deliver_durable(agent, message);
    }
    if (!is_control_frame(message.frame.bytes())) {
        if (refuse_if_void(agent, message.frame, message.gate)) {
            return HandedOut::not_at_all;
        }
    } else if (!requests_.hand_out(agent, message.frame)) {
        ++counts_.dropped_replies;
        return HandedOut::not_at_all;
    }
    hand_out(agent, message.frame);
    return HandedOut::as_stream;
}

}  // namespace drover
