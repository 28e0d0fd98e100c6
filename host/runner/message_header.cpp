#include "runner/message_header.hpp"

namespace drover {

MessageHeader header_of(const PublishedMessage& message) {
    MessageHeader header;
    header.type = message.type;
    header.encoding = message.encoding;
    header.publisher = message.id.publisher;
    header.incarnation = message.id.incarnation;
    header.sequence = message.id.sequence;
    header.topic_sequence = message.topic_sequence;
    header.cause = {message.cause.publisher, message.cause.incarnation, message.cause.sequence};
    header.event_time = message.event_time;
    header.publish_time = message.publish_time;
    header.delivery = message.delivery;
    header.count = message.count;
    header.record_size = message.record_size;
    return header;
}

}  // namespace drover
