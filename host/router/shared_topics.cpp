/// Rendezvous hashing, and cutting messages.
#include "router/shared_topics.hpp"

#include <algorithm>
#include <cstring>

namespace drover {
namespace {

std::uint64_t fnv_1a(std::span<const std::byte> bytes) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const std::byte byte : bytes) {
        hash = (hash ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3U;
    }
    return hash;
}

/// The finalizer of splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", 2014.
std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}

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
    const std::uint64_t hash = fnv_1a(key);
    std::size_t best = 0;
    std::uint64_t highest = 0;
    for (std::size_t member = 0; member < share.members.size(); ++member) {
        const std::uint64_t score = mixed(hash ^ mixed(share.weights[member]));
        if (member == 0 || score > highest) {
            best = member;
            highest = score;
        }
    }
    return share.members[best];
}

std::optional<RecordKey> key_of(const TopicShare& share, const MessageHeader& header) {
    const auto key = std::ranges::find(share.keys, header.type, &RecordKey::type);
    const bool fits = key != share.keys.end() &&
                      header.encoding == static_cast<std::uint16_t>(Encoding::records) &&
                      std::uint64_t{key->offset} + key->size <= header.record_size;
    return fits ? std::optional(*key) : std::nullopt;
}

std::vector<MessagePart> split_by_key(const MessageFrame& message,
                                      const RecordKey& key,
                                      const TopicShare& share) {
    const std::size_t size = message.header.record_size;
    std::vector<std::uint16_t> owners;
    std::vector<std::uint16_t> receivers;
    for (std::size_t record = 0; record < message.header.count; ++record) {
        owners.push_back(
            owner_of(message.payload.subspan(record * size + key.offset, key.size), share));
        if (std::ranges::find(receivers, owners.back()) == receivers.end()) {
            receivers.push_back(owners.back());
        }
    }
    std::vector<MessagePart> parts;
    for (const std::uint16_t receiver : receivers) {
        MessageHeader header = message.header;
        header.count = static_cast<std::uint32_t>(std::ranges::count(owners, receiver));
        MessagePart& part = parts.emplace_back(
            MessagePart{receiver, frame_of(message, header, header.count * size)});
        std::byte* at = payload_of(part.frame, message).data();
        for (std::size_t record = 0; record < owners.size(); ++record) {
            if (owners[record] == receiver) {
                std::memcpy(at, message.payload.data() + record * size, size);
                at += size;
            }
        }
    }
    return parts;
}

Frame as_share(const MessageFrame& message) {
    Frame frame = frame_of(message, message.header, message.payload.size());
    std::ranges::copy(message.payload, payload_of(frame, message).begin());
    return frame;
}

}  // namespace drover
