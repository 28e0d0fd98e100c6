/// A message in a recording, as it was delivered or as it was published.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "recording/entry.hpp"

namespace drover {

/// Names one message, as drover_message_id does.
struct RecordedId {
    std::uint32_t publisher = 0;
    std::uint32_t incarnation = 0;
    std::uint64_t sequence = 0;

    friend auto operator<=>(const RecordedId&, const RecordedId&) = default;
};

/// The fixed part of its body; it lies there exactly like this. The topic and the payload follow.
struct RecordedHeader {
    std::uint32_t type = 0;  ///< Number of the type in the recording's names.
    std::uint16_t encoding = 0;
    std::uint16_t topic_size = 0;
    RecordedId id;
    std::uint64_t topic_sequence = 0;
    RecordedId cause;  ///< All zero: none.
    std::int64_t event_time = 0;
    std::int64_t publish_time = 0;
    std::uint32_t count = 0;
    std::uint32_t record_size = 0;
    // Of a delivery only.
    std::uint32_t port = 0;
    std::uint32_t flags = 0;  ///< DROVER_MESSAGE_...
    std::uint32_t lost = 0;
    std::uint32_t reserved = 0;
};
static_assert(sizeof(RecordedHeader) == 88 && std::is_trivially_copyable_v<RecordedHeader>);

/// Views point into the entry's body.
struct RecordedMessage {
    RecordedHeader header;
    std::string_view topic;
    std::span<const std::byte> payload;

    void write(EntryWriter& writer) const;
    [[nodiscard]] static std::optional<RecordedMessage> decode(std::span<const std::byte> body);
};

}  // namespace drover
