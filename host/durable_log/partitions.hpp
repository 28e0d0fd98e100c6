/// What is delivered durably by key: fixed partitions of the keys, who owns them, and from which
/// position of the log on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drover {

/// Never another number: it decides who has which key.
inline constexpr std::size_t partition_count = 64;

/// Where in the records of a type the key of a distribution lies.
struct RecordKey {
    std::uint32_t type = 0;
    std::uint32_t offset = 0;
    std::uint32_t size = 0;  ///< Bytes.

    friend bool operator==(const RecordKey&, const RecordKey&) = default;
};

/// The partition of a key, the same in every process and for ever.
[[nodiscard]] std::size_t partition_of(std::span<const std::byte> key);

/// Of an instance's name, so that keys lie alike in every state directory and in a simulation.
[[nodiscard]] std::uint64_t weight_of(std::string_view instance);

/// The index of the member that owns a partition; there must be one. Of every change of the members
/// only the partitions of those that came or went move: the member with the highest hash of
/// partition and weight has it.
[[nodiscard]] std::size_t owner_of_partition(std::size_t partition,
                                             std::span<const std::uint64_t> weights);

/// Who shares the messages from one position of the log on.
struct PartitionEpoch {
    std::uint64_t from = 0;            ///< Position.
    std::vector<std::string> members;  ///< Instances, sorted by name.
    std::vector<RecordKey> keys;       ///< Types that have none go to all members.

    /// The key of records of a type; nothing: all members get them.
    [[nodiscard]] std::optional<RecordKey> key_of(std::uint32_t type,
                                                  std::uint32_t record_size) const;
    /// The index of a member.
    [[nodiscard]] std::optional<std::size_t> index_of(std::string_view member) const;
    /// The owner of each partition, by its index; all 0 without members.
    [[nodiscard]] std::array<std::size_t, partition_count> owners() const;

    friend bool operator==(const PartitionEpoch&, const PartitionEpoch&) = default;
};

/// Of one agent, by position. Before the first one every instance gets all.
using PartitionHistory = std::vector<PartitionEpoch>;

/// Says how far a receiver is; nothing: the log does not know it, and keeps nothing for it.
using ReceiverProgress = std::function<std::optional<std::uint64_t>(const std::string& receiver)>;

/// What an instance was given before others took over, and is not through with.
struct UnsettledShare {
    std::string receiver;
    std::uint64_t until = 0;  ///< Position: the last that it was given.
};

/// Whose unsettled shares of a partition come before a message at `position`, besides `owner`'s.
[[nodiscard]] std::optional<UnsettledShare> unsettled_before(const PartitionHistory& history,
                                                             std::size_t partition,
                                                             std::uint64_t position,
                                                             std::string_view owner,
                                                             const ReceiverProgress& progress);

/// Up to which position everything of the partition is handled.
[[nodiscard]] std::uint64_t partition_cursor(const PartitionHistory& history,
                                             std::size_t partition,
                                             const ReceiverProgress& progress);

/// Leaves out the epochs that nobody is behind any more: neither a member nor one of `others`, who
/// would take what lies before the first epoch for its own. The last one stays, unless all get all.
void forget_settled(PartitionHistory& history,
                    const ReceiverProgress& progress,
                    std::span<const std::string> others);

/// Whether a receiver whose cursor is at `position` is no member any more, and through with all
/// that it was given while it was one.
[[nodiscard]] bool has_settled_for_good(const PartitionHistory& history,
                                        std::string_view receiver,
                                        std::uint64_t position);

}  // namespace drover
