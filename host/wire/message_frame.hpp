/// A message on the wire: topic, header of 80 bytes, payload. Bytes as in docs/wire.md.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "base/limits.hpp"

namespace drover {

static_assert(std::endian::native == std::endian::little,
              "Frames are little-endian and are copied to and from memory as they are.");

/// The longest topic, in bytes; the same limit as is_topic.
inline constexpr std::size_t longest_topic_on_wire = 200;

/// `size` rounded up to the multiple of 8 that parts of a frame begin at.
constexpr std::size_t padded(std::size_t size) {
    return (size + 7) / 8 * 8;
}

/// The receiver is one of several that share the topic: it gets some of the messages, or of their
/// records, so that a gap in the topic's sequence is no loss.
inline constexpr std::uint16_t share_flag = 2;

/// The topic is gated. The flags' upper byte then says under which reading of the kill switch the
/// router took the message, so that who is about to handle it can tell whether it is void.
inline constexpr std::uint16_t gate_flag = 4;

/// What the upper byte of the flags holds for a revision of the kill switch, which is even at rest.
[[nodiscard]] constexpr std::uint16_t gate_mark(std::uint32_t revision) {
    constexpr std::uint32_t byte_mask = 0xFF;
    constexpr unsigned byte_bits = 8;
    return static_cast<std::uint16_t>((revision / 2 & byte_mask) << byte_bits);
}

/// Whether a message was taken under another revision of the switch. A revision 512 older looks
/// like the same; in the moments that a message is on its way nobody changes the switch so often.
[[nodiscard]] constexpr bool is_of_other_gate(std::uint16_t flags, std::uint32_t revision) {
    constexpr std::uint16_t mark_mask = 0xFF00;
    return (flags & mark_mask) != gate_mark(revision);
}

enum class Encoding : std::uint16_t { records = 1, json = 2 };

/// Which message was being handled when another one was published; all zero: none.
struct MessageCause {
    std::uint32_t publisher = 0;
    std::uint32_t incarnation = 0;
    std::uint64_t sequence = 0;

    friend bool operator==(const MessageCause&, const MessageCause&) = default;
};

/// The fixed part of a frame; it lies on the wire exactly like this.
struct MessageHeader {
    std::uint32_t type = 0;       ///< Handle of the message type.
    std::uint16_t encoding = 0;   ///< An Encoding; a number here because it comes from outside.
    std::uint16_t flags = 0;      ///< 0; from the router share_flag, gate_flag and its mark.
    std::uint32_t publisher = 0;  ///< Handle of the agent.
    std::uint32_t incarnation = 0;
    std::uint64_t sequence = 0;        ///< Per publisher and incarnation, from 1.
    std::uint64_t topic_sequence = 0;  ///< Per publisher, incarnation and topic, from 1.
    MessageCause cause;
    std::int64_t event_time = 0;    ///< ns since the epoch
    std::int64_t publish_time = 0;  ///< ns since the epoch
    /// Durable messages: the publisher's durable sequence on the way to the router, the position
    /// in the log on the way to a receiver, both from 1. 0: stream.
    std::uint64_t delivery = 0;
    std::uint32_t count = 0;        ///< Records; 1 for JSON.
    std::uint32_t record_size = 0;  ///< Bytes of one record; of the value for JSON.

    friend bool operator==(const MessageHeader&, const MessageHeader&) = default;
};

static_assert(sizeof(MessageHeader) == 80 && std::is_trivially_copyable_v<MessageHeader>);
static_assert(offsetof(MessageHeader, encoding) == 4 && offsetof(MessageHeader, flags) == 6);
static_assert(offsetof(MessageHeader, publisher) == 8 &&
              offsetof(MessageHeader, incarnation) == 12);
static_assert(offsetof(MessageHeader, sequence) == 16);
static_assert(offsetof(MessageHeader, topic_sequence) == 24);
static_assert(offsetof(MessageHeader, cause) == 32 && sizeof(MessageCause) == 16);
static_assert(offsetof(MessageCause, incarnation) == 4 && offsetof(MessageCause, sequence) == 8);
static_assert(offsetof(MessageHeader, event_time) == 48);
static_assert(offsetof(MessageHeader, publish_time) == 56);
static_assert(offsetof(MessageHeader, delivery) == 64 && offsetof(MessageHeader, count) == 72);
static_assert(offsetof(MessageHeader, record_size) == 76);

/// Where the header of a frame begins: behind the topic and at least one NUL, at a multiple of 8.
[[nodiscard]] constexpr std::size_t header_offset(std::size_t topic_size) {
    return (topic_size + 8) / 8 * 8;
}

/// Bytes of a whole frame. May exceed largest_frame: the caller checks before it sends.
[[nodiscard]] constexpr std::size_t message_frame_size(std::size_t topic_size,
                                                       std::size_t payload_size) {
    return header_offset(topic_size) + sizeof(MessageHeader) + payload_size;
}

/// Writes topic and header at the start of `frame`, which must hold message_frame_size() bytes,
/// and returns where the payload (count × record_size bytes) belongs.
std::byte* encode_message_head(std::span<std::byte> frame,
                               std::string_view topic,
                               const MessageHeader& header);

/// Writes a whole frame; `frame` must hold message_frame_size() bytes.
void encode_message(std::span<std::byte> frame,
                    std::string_view topic,
                    const MessageHeader& header,
                    std::span<const std::byte> payload);

/// A frame that was found sound. Topic and payload point into the frame's bytes, which may lie at
/// any address: ZeroMQ aligns nothing, so whoever needs aligned records copies them.
struct MessageFrame {
    std::string_view topic;
    MessageHeader header;
    std::span<const std::byte> payload;

    /// Reads a frame; nothing for one that is malformed in any way.
    [[nodiscard]] static std::optional<MessageFrame> decode(std::span<const std::byte> frame);
    /// The same, without the grammar of the topic: for those who look it up among known topics.
    [[nodiscard]] static std::optional<MessageFrame> decode_unchecked_topic(
        std::span<const std::byte> frame);
};

/// Writes the publish time into a sound frame's bytes. Nobody else may be sharing them.
void stamp_publish_time(std::span<std::byte> frame, std::size_t topic_size, std::int64_t time);
/// The same for the delivery.
void stamp_delivery(std::span<std::byte> frame, std::size_t topic_size, std::uint64_t delivery);

/// Writes gate_flag and the mark of `revision` into the flags of a sound frame's bytes. Nobody else
/// may be sharing them.
void stamp_gate(std::span<std::byte> frame, std::size_t topic_size, std::uint32_t revision);

}  // namespace drover
