/// What the durable log knows beside the messages: how far each receiver is, how far it has heard
/// each publisher, who shared what, and whom something is to be told. It stands in checkpoints.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "durable_log/partitions.hpp"

namespace drover {

/// How far a receiver is, in positions of the log.
struct ReceiverCursor {
    std::uint64_t handled = 0;    ///< As it said last.
    std::uint64_t effective = 0;  ///< What is for it up to here is handled, or void.
    /// Positions behind that a person has told it to pass over, sorted.
    std::vector<std::uint64_t> skips{};

    friend bool operator==(const ReceiverCursor&, const ReceiverCursor&) = default;
};

/// A message that the kill switch has voided, and whose sender was away: it is told when it is
/// back.
struct VoidNotice {
    std::uint64_t position = 0;
    std::string topic;
    std::uint64_t sequence = 0;     ///< As the sender numbered it.
    std::uint32_t incarnation = 0;  ///< Of the sender.
    std::string receiver;           ///< For whom it waited.

    friend bool operator==(const VoidNotice&, const VoidNotice&) = default;
};

struct LogState {
    std::map<std::uint32_t, std::uint64_t> sequences;  ///< Highest durable one, by publisher.
    std::map<std::string, ReceiverCursor> receivers;   ///< By name.
    std::map<std::string, PartitionHistory> shared{};  ///< By the agent that has instances.
    std::map<std::uint32_t, std::vector<VoidNotice>> notices{};  ///< By publisher; oldest first.

    friend bool operator==(const LogState&, const LogState&) = default;
};

/// The body of a checkpoint.
[[nodiscard]] std::vector<std::byte> encode_state(const LogState& state);
/// Fails with `invalid` and a sentence.
[[nodiscard]] Result<LogState> decode_state(std::span<const std::byte> body);

/// How far the state says that receivers are. `state` must outlive it.
[[nodiscard]] ReceiverProgress progress_in(const LogState& state);

}  // namespace drover
