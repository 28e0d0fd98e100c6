/// JSON messages of one publisher, for tests of what an agent's process sends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runner/transport.hpp"

namespace drover::test {

/// A JSON message with this payload, which is lent; the `number`-th of its publisher, and durable
/// where `delivery` is not 0.
inline PublishedMessage published_json(const std::vector<std::byte>& payload,
                                       std::uint64_t number,
                                       std::uint64_t delivery = 0) {
    PublishedMessage message;
    message.topic = "t.x";
    message.type = 1;
    message.encoding = 2;
    message.id = {1, 1, number};
    message.topic_sequence = number;
    message.delivery = delivery;
    message.count = 1;
    message.record_size = static_cast<std::uint32_t>(payload.size());
    message.payload = payload;
    return message;
}

}  // namespace drover::test
