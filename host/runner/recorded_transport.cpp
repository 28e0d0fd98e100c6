#include "runner/recorded_transport.hpp"

namespace drover {

RecordedMessage recorded_publication(const PublishedMessage& message) {
    RecordedMessage recorded;
    recorded.topic = message.topic;
    recorded.payload = message.payload;
    RecordedHeader& header = recorded.header;
    header.type = message.type;
    header.encoding = message.encoding;
    header.id = {message.id.publisher, message.id.incarnation, message.id.sequence};
    header.topic_sequence = message.topic_sequence;
    header.cause = {message.cause.publisher, message.cause.incarnation, message.cause.sequence};
    header.event_time = message.event_time;
    header.publish_time = message.publish_time;
    header.count = message.count;
    header.record_size = message.record_size;
    return recorded;
}

RecordedQuestion recorded_question(const OutgoingRequest& request) {
    return {request.number,
            request.type,
            request.reply_type,
            request.deadline,
            request.topic,
            request.target,
            request.body};
}

RecordedAnswer recorded_answer(const OutgoingReply& reply) {
    return {reply.client,
            reply.client_incarnation,
            reply.number,
            reply.status,
            reply.error,
            reply.body};
}

void RecordedTransport::send_request(const OutgoingRequest& request) {
    if (recorder_ != nullptr) {
        recorder_->requested(request);
        flush();
    }
    next_.send_request(request);
}

void RecordedTransport::send_reply(const OutgoingReply& reply) {
    if (recorder_ != nullptr) {
        recorder_->replied(reply);
        flush();
    }
    next_.send_reply(reply);
}

void RecordedTransport::ask_advance(std::int64_t time, std::int64_t delay, std::uint64_t token) {
    if (recorder_ != nullptr) {
        recorder_->asked_to_advance(time, delay, token);
    }
    next_.ask_advance(time, delay, token);
}

}  // namespace drover
