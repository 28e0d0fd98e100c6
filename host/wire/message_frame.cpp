#include "wire/message_frame.hpp"

#include <algorithm>
#include <cstring>

#include "base/topic.hpp"

namespace drover {
namespace {

/// The topic of a frame whose header is complete; nothing when no NUL ends it soon enough.
std::optional<std::string_view> topic_of(std::span<const std::byte> frame) {
    const std::size_t window = std::min(frame.size(), longest_topic_on_wire + 1);
    if (window == 0) {
        return std::nullopt;
    }
    const void* const end = std::memchr(frame.data(), 0, window);
    if (end == nullptr || end == frame.data()) {
        return std::nullopt;
    }
    const auto* const start = reinterpret_cast<const char*>(frame.data());
    return std::string_view(start, static_cast<std::size_t>(static_cast<const char*>(end) - start));
}

bool is_zero(std::span<const std::byte> bytes) {
    return std::all_of(
        bytes.begin(), bytes.end(), [](std::byte byte) { return byte == std::byte{}; });
}

/// Only a gated message has a mark.
bool has_sound_flags(std::uint16_t flags) {
    const bool is_gated = (flags & gate_flag) != 0;
    return is_gated ? (flags & 0xFF & ~(share_flag | gate_flag)) == 0 : (flags & ~share_flag) == 0;
}

bool is_sound(const MessageHeader& header, std::size_t payload_size) {
    const bool has_shape =
        header.encoding == static_cast<std::uint16_t>(Encoding::records)
            ? header.count > 0 && header.record_size > 0
            : header.encoding == static_cast<std::uint16_t>(Encoding::json) && header.count == 1;
    return has_shape && has_sound_flags(header.flags) && header.sequence > 0 &&
           header.topic_sequence > 0 &&
           std::uint64_t{header.count} * header.record_size == payload_size;
}

}  // namespace

std::byte* encode_message_head(std::span<std::byte> frame,
                               std::string_view topic,
                               const MessageHeader& header) {
    const std::size_t offset = header_offset(topic.size());
    std::memcpy(frame.data(), topic.data(), topic.size());
    std::memset(frame.data() + topic.size(), 0, offset - topic.size());
    std::memcpy(frame.data() + offset, &header, sizeof(header));
    return frame.data() + offset + sizeof(header);
}

void encode_message(std::span<std::byte> frame,
                    std::string_view topic,
                    const MessageHeader& header,
                    std::span<const std::byte> payload) {
    std::byte* const at = encode_message_head(frame, topic, header);
    std::copy(payload.begin(), payload.end(), at);
}

std::optional<MessageFrame> MessageFrame::decode_unchecked_topic(std::span<const std::byte> frame) {
    const auto topic = topic_of(frame);
    if (!topic || frame.size() > largest_frame) {
        return std::nullopt;
    }
    const std::size_t offset = header_offset(topic->size());
    if (frame.size() < offset + sizeof(MessageHeader) ||
        !is_zero(frame.subspan(topic->size(), offset - topic->size()))) {
        return std::nullopt;
    }
    MessageFrame message;
    message.topic = *topic;
    std::memcpy(&message.header, frame.data() + offset, sizeof(MessageHeader));
    message.payload = frame.subspan(offset + sizeof(MessageHeader));
    if (!is_sound(message.header, message.payload.size())) {
        return std::nullopt;
    }
    return message;
}

std::optional<MessageFrame> MessageFrame::decode(std::span<const std::byte> frame) {
    auto message = decode_unchecked_topic(frame);
    if (message && !is_topic(message->topic)) {
        return std::nullopt;
    }
    return message;
}

void stamp_publish_time(std::span<std::byte> frame, std::size_t topic_size, std::int64_t time) {
    std::memcpy(frame.data() + header_offset(topic_size) + offsetof(MessageHeader, publish_time),
                &time,
                sizeof(time));
}

void stamp_delivery(std::span<std::byte> frame, std::size_t topic_size, std::uint64_t delivery) {
    std::memcpy(frame.data() + header_offset(topic_size) + offsetof(MessageHeader, delivery),
                &delivery,
                sizeof(delivery));
}

void stamp_gate(std::span<std::byte> frame, std::size_t topic_size, std::uint32_t revision) {
    std::byte* const place =
        frame.data() + header_offset(topic_size) + offsetof(MessageHeader, flags);
    std::uint16_t flags = 0;
    std::memcpy(&flags, place, sizeof(flags));
    flags = static_cast<std::uint16_t>((flags & share_flag) | gate_flag | gate_mark(revision));
    std::memcpy(place, &flags, sizeof(flags));
}

}  // namespace drover
