/// Which instance of a replicated agent gets a message, or which part of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "link/frame.hpp"
#include "router/router_config.hpp"
#include "wire/message_frame.hpp"

namespace drover {

/// The instances of one agent that share a topic.
struct TopicShare {
    std::string agent;  ///< Of which they are instances.
    Sharing sharing = Sharing::round_robin;
    std::vector<std::uint16_t> members;  ///< Agents, in the order of their numbers.
    std::vector<std::uint32_t> weights;  ///< What tells each member apart for ever: its handle.
    std::vector<RecordKey> keys;
    bool latest = false;  ///< A newer message of the topic replaces an older one.
};

/// What one member gets of a message.
struct MessagePart {
    std::uint16_t agent = 0;
    Frame frame;
};

/// The member that gets records with this key. Of every change of the members only the keys of
/// those that came or went move: the member with the highest hash of key and member has it.
[[nodiscard]] std::uint16_t owner_of(std::span<const std::byte> key, const TopicShare& share);

/// The key's place in messages of this type; nothing: all members get them.
[[nodiscard]] std::optional<RecordKey> key_of(const TopicShare& share, const MessageHeader& header);

/// Splits a message by its records' keys, in the order of the records, into one part for each
/// member that has some of them. The parts are marked as shares.
[[nodiscard]] std::vector<MessagePart> split_by_key(const MessageFrame& message,
                                                    const RecordKey& key,
                                                    const TopicShare& share);

/// The whole message, marked as a share.
[[nodiscard]] Frame as_share(const MessageFrame& message);

}  // namespace drover
