#include "runner/request_frames.hpp"

namespace drover {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

}  // namespace

std::vector<std::byte> encode_request(const OutgoingRequest& request,
                                      std::uint32_t handle,
                                      std::uint32_t incarnation) {
    RequestHead head;
    head.number = request.number;
    head.client = handle;
    head.incarnation = incarnation;
    head.deadline = request.wall_deadline;
    head.type = request.type;
    head.reply_type = request.reply_type;
    return encode_request(head, request.target, request.topic, bytes_of(request.body));
}

std::vector<std::byte> encode_reply(const OutgoingReply& reply,
                                    std::uint32_t handle,
                                    std::uint32_t incarnation) {
    ReplyHead head;
    head.number = reply.number;
    head.client = reply.client;
    head.client_incarnation = reply.client_incarnation;
    head.server = handle;
    head.server_incarnation = incarnation;
    head.status = reply.status;
    return encode_reply(head, reply.error, bytes_of(reply.body));
}

RequestDelivery delivery_of(const RequestFrame& frame, std::string_view sender, const void* data) {
    RequestDelivery delivery;
    delivery.origin = {frame.head.client, frame.head.incarnation, frame.head.number};
    delivery.sender = sender;
    delivery.port = frame.head.port;
    delivery.deadline = frame.head.deadline;
    delivery.data = data;
    delivery.bytes = frame.body.size();
    return delivery;
}

ReplyDelivery delivery_of(const ReplyFrame& frame, const void* data) {
    ReplyDelivery delivery;
    delivery.number = frame.head.number;
    delivery.status = frame.head.status;
    delivery.error = frame.error;
    delivery.data = data;
    delivery.bytes = frame.body.size();
    return delivery;
}

}  // namespace drover
