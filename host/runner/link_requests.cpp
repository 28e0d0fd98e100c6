// Requests and replies on an agent's link: as frames on their way out, to the runner on their way
// in.
#include "runner/link_session.hpp"
#include "runner/request_frames.hpp"

namespace drover {

void LinkSession::send_request(const OutgoingRequest& request) {
    queue(encode_request(request, identity_.handle, identity_.incarnation));
    send_unsent();
}

void LinkSession::send_reply(const OutgoingReply& reply) {
    queue(encode_reply(reply, identity_.handle, identity_.incarnation));
    send_unsent();
}

void LinkSession::set_delivery_time(std::int64_t fleet_time) {
    if (identity_.replay) {
        runner_->set_time(fleet_time);
    } else {
        runner_->follow_clocks();
    }
}

void LinkSession::handle_request(const ControlFrame& frame) {
    const auto request = RequestFrame::decode(frame);
    if (!request) {
        page_.malformed.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    const auto client = identity_.publishers.find(request->head.client);
    const std::string_view sender =
        client == identity_.publishers.end() ? person_name : std::string_view(client->second);
    set_delivery_time(request->head.time);
    runner_->handle_request(delivery_of(*request, sender, aligned(request->body)));
    if (identity_.replay) {
        finish_delivery();
    }
}

void LinkSession::handle_reply(const ControlFrame& frame) {
    const auto reply = ReplyFrame::decode(frame);
    if (!reply) {
        page_.malformed.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    set_delivery_time(reply->head.time);
    runner_->handle_reply(delivery_of(*reply, aligned(reply->body)));
    if (identity_.replay) {
        finish_delivery();
    }
}

}  // namespace drover
