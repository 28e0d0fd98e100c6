/// Which instance of a replicated agent gets a message, or which part of it: for the router, and
/// for the simulation, which must choose alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "durable_log/partitions.hpp"
#include "link/frame.hpp"
#include "router/router_config.hpp"
#include "wire/message_frame.hpp"

namespace drover {

/// The instances of one agent that share a topic.
struct TopicShare {
    std::string agent;  ///< Of which they are instances.
    Sharing sharing = Sharing::round_robin;
    std::vector<std::uint16_t> members;  ///< Agents, in the order of their numbers.
    std::vector<std::uint64_t> weights;  ///< What tells each member apart for ever: weight_of.
    std::vector<RecordKey> keys;
    bool latest = false;  ///< A newer message of the topic replaces an older one.
};

/// What one member gets of a message.
struct MessagePart {
    std::uint16_t agent = 0;
    Frame frame;
};

/// The records that one member gets, by their places in the message.
struct RecordsOfMember {
    std::uint16_t agent = 0;
    std::vector<std::uint32_t> records;
};

/// The member that gets records with this key: who owns its partition, durable topic or not.
[[nodiscard]] std::uint16_t owner_of(std::span<const std::byte> key, const TopicShare& share);

/// The key's place in messages of this type; nothing: all members get them.
[[nodiscard]] std::optional<RecordKey> key_of(const TopicShare& share,
                                              std::uint32_t type,
                                              std::uint16_t encoding,
                                              std::uint32_t record_size);

/// Which member gets which records, in the order of the records.
[[nodiscard]] std::vector<RecordsOfMember> records_by_owner(std::span<const std::byte> payload,
                                                            std::uint32_t record_size,
                                                            const RecordKey& key,
                                                            const TopicShare& share);

/// Whose turn it is under a replay clock, among those who are there: a matter of the message alone,
/// so that a router that was lost in between changes nothing. `topic_sequence` counts from 1.
[[nodiscard]] std::uint16_t member_of_turn(std::uint64_t topic_sequence,
                                           std::span<const std::uint16_t> present);

/// Splits a message by its records' keys, in the order of the records, into one part for each
/// member that has some of them. The parts are marked as shares.
[[nodiscard]] std::vector<MessagePart> split_by_key(const MessageFrame& message,
                                                    const RecordKey& key,
                                                    const TopicShare& share);

/// Some of a message's records, by their places in it; marked as a share.
[[nodiscard]] Frame cut_records(const MessageFrame& message,
                                std::span<const std::uint32_t> records);

/// The whole message, marked as a share.
[[nodiscard]] Frame as_share(const MessageFrame& message);

}  // namespace drover
