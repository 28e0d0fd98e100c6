/// What is handed to an agent: messages, requests, replies.
#pragma once

#include <cstdint>
#include <string_view>

#include <drover/status.h>
#include <drover/value.h>

#include "runner/request_table.hpp"

namespace drover {

/// A message to be handed to the agent. All views live until `deliver` returns.
struct Delivery {
    std::string_view topic;
    std::string_view publisher;
    std::uint32_t type = 0;
    drover_message_id id{};
    drover_message_id cause{};
    std::uint64_t topic_sequence = 0;
    std::int64_t event_time = 0;
    std::int64_t publish_time = 0;
    const void* data = nullptr;  ///< Aligned to 8.
    std::uint64_t bytes = 0;
    std::uint32_t count = 0;
    std::uint32_t record_size = 0;
    std::uint16_t flags = 0;     ///< Of its header.
    std::uint64_t position = 0;  ///< In the durable log; 0: a stream message.
    bool is_share = false;       ///< Others get the rest of the topic: gaps are no losses.
};

/// A request to be handed to the agent. All views live until `handle_request` returns.
struct RequestDelivery {
    RequestOrigin origin;
    std::string_view sender;     ///< Name of the asking agent, or "drover".
    std::uint32_t port = 0;      ///< Index of the REQUEST_SERVER port.
    std::int64_t deadline = 0;   ///< On the wall clock, where the agent's follows it.
    const void* data = nullptr;  ///< Aligned to 8.
    std::uint64_t bytes = 0;
};

/// The answer to a request of the agent. All views live until `handle_reply` returns.
struct ReplyDelivery {
    std::uint64_t number = 0;  ///< As in OutgoingRequest.
    drover_status status = DROVER_OK;
    std::string_view error = {};
    const void* data = nullptr;  ///< Aligned to 8.
    std::uint64_t bytes = 0;
};

}  // namespace drover
