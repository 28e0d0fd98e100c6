/// Choosing members, and cutting messages.
#include "router/shared_topics.hpp"

#include <algorithm>
#include <cstring>

namespace drover {
namespace {

Frame frame_of(const MessageFrame& message, MessageHeader header, std::size_t payload_size) {
    header.flags |= share_flag;
    Frame frame(message_frame_size(message.topic.size(), payload_size));
    encode_message_head(frame.writable_bytes(), message.topic, header);
    return frame;
}

std::span<std::byte> payload_of(Frame& frame, const MessageFrame& message) {
    return frame.writable_bytes().subspan(message_frame_size(message.topic.size(), 0));
}

}  // namespace

std::uint16_t owner_of(std::span<const std::byte> key, const TopicShare& share) {
    return share.members[owner_of_partition(partition_of(key), share.weights)];
}

std::optional<RecordKey> key_of(const TopicShare& share,
                                std::uint32_t type,
                                std::uint16_t encoding,
                                std::uint32_t record_size) {
    const auto key = std::ranges::find(share.keys, type, &RecordKey::type);
    const bool fits = key != share.keys.end() &&
                      encoding == static_cast<std::uint16_t>(Encoding::records) &&
                      std::uint64_t{key->offset} + key->size <= record_size;
    return fits ? std::optional(*key) : std::nullopt;
}

std::vector<RecordsOfMember> records_by_owner(std::span<const std::byte> payload,
                                              std::uint32_t record_size,
                                              const RecordKey& key,
                                              const TopicShare& share) {
    std::vector<RecordsOfMember> all;
    const std::size_t count = record_size == 0 ? 0 : payload.size() / record_size;
    for (std::size_t record = 0; record < count; ++record) {
        const std::uint16_t owner =
            owner_of(payload.subspan(record * record_size + key.offset, key.size), share);
        auto found = std::ranges::find(all, owner, &RecordsOfMember::agent);
        if (found == all.end()) {
            all.push_back({owner, {}});
            found = std::prev(all.end());
        }
        found->records.push_back(static_cast<std::uint32_t>(record));
    }
    return all;
}

std::uint16_t member_of_turn(std::uint64_t topic_sequence, std::span<const std::uint16_t> present) {
    return present[(topic_sequence - 1) % present.size()];
}

std::vector<MessagePart> split_by_key(const MessageFrame& message,
                                      const RecordKey& key,
                                      const TopicShare& share) {
    std::vector<MessagePart> parts;
    for (const RecordsOfMember& own :
         records_by_owner(message.payload, message.header.record_size, key, share)) {
        parts.push_back({own.agent, cut_records(message, own.records)});
    }
    return parts;
}

Frame cut_records(const MessageFrame& message, std::span<const std::uint32_t> records) {
    const std::size_t size = message.header.record_size;
    MessageHeader header = message.header;
    header.count = static_cast<std::uint32_t>(records.size());
    Frame part = frame_of(message, header, records.size() * size);
    std::byte* at = payload_of(part, message).data();
    for (const std::uint32_t record : records) {
        std::memcpy(at, message.payload.data() + record * size, size);
        at += size;
    }
    return part;
}

Frame as_share(const MessageFrame& message) {
    Frame frame = frame_of(message, message.header, message.payload.size());
    std::ranges::copy(message.payload, payload_of(frame, message).begin());
    return frame;
}

}  // namespace drover
