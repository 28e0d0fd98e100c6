/// A message of the durable log as the router holds it in memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "link/frame.hpp"

namespace drover {

/// A message or a refusal at one position of the log.
struct DurableRecord {
    std::uint64_t position = 0;
    Frame frame;  ///< With the position as its delivery; empty: a refusal.
    std::uint32_t publisher = 0;
    std::uint64_t sequence = 0;                  ///< The publisher's durable one.
    std::optional<std::uint32_t> gate_revision;  ///< Of a gated message: what the switch said.
    std::uint32_t required = 0;                  ///< See Route.

    [[nodiscard]] bool is_message() const { return !frame.is_empty(); }
};

/// The topic at the beginning of a sound message frame.
[[nodiscard]] std::string_view topic_of(const Frame& frame);

/// A copy of a durable message for those who get it as a stream.
[[nodiscard]] Frame as_stream_copy(const Frame& frame);

}  // namespace drover
