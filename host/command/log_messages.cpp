#include "command/log_messages.hpp"

#include <algorithm>
#include <string>

#include "durable_log/log_scan.hpp"
#include "wire/message_frame.hpp"

namespace drover {
namespace {

RecordedMessage recorded_message(const MessageFrame& frame) {
    const MessageHeader& header = frame.header;
    RecordedMessage message;
    message.topic = frame.topic;
    message.payload = frame.payload;
    RecordedHeader& recorded = message.header;
    recorded.type = header.type;
    recorded.encoding = header.encoding;
    recorded.topic_size = static_cast<std::uint16_t>(frame.topic.size());
    recorded.id = {header.publisher, header.incarnation, header.sequence};
    recorded.topic_sequence = header.topic_sequence;
    recorded.cause = {header.cause.publisher, header.cause.incarnation, header.cause.sequence};
    recorded.event_time = header.event_time;
    recorded.publish_time = header.publish_time;
    recorded.count = header.count;
    recorded.record_size = header.record_size;
    return message;
}

}  // namespace

Result<void> LogMessages::read(const Visit& visit) {
    LogScan scan(log_.folder, 0);
    first_ = 0;
    while (true) {
        const auto record = scan.next();
        if (!record) {
            return record.error();
        }
        if (!record.value()) {
            return scan.check_end();
        }
        first_ = first_ == 0 ? record.value()->head.position : first_;
        if (!record.value()->head.is(RecordKind::message)) {
            continue;
        }
        if (const auto frame = MessageFrame::decode(record.value()->body)) {
            visit(recorded_message(*frame), log_.names);
        }
    }
}

Result<void> JoinedMessages::read(const Visit& visit) {
    for (const auto& source : sources_) {
        if (auto read = source->read(visit); !read) {
            return read;
        }
    }
    return success();
}

bool have_same_handles(const RecordingNames& left, const RecordingNames& right) {
    bool is_one_shared = false;
    for (const auto& [handle, name] : left.publishers()) {
        const std::string other = right.publisher(handle);
        if (!other.empty() && other != name) {
            return false;
        }
        is_one_shared = is_one_shared || other == name;
    }
    return is_one_shared;
}

}  // namespace drover
