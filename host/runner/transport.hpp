/// Where a runner's messages go: ZeroMQ in a live fleet, the queue of a simulation, a test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <drover/value.h>

namespace drover {

/// One completed message on its way out. Views live until `Transport::send` returns.
struct PublishedMessage {
    std::string_view topic;
    std::uint32_t type = 0;      ///< Handle of the message type.
    std::uint16_t encoding = 0;  ///< DROVER_ENCODING_...
    drover_message_id id{};
    drover_message_id cause{};
    std::uint64_t topic_sequence = 0;
    std::int64_t event_time = 0;
    std::int64_t publish_time = 0;
    std::uint32_t count = 0;
    std::uint32_t record_size = 0;
    std::span<const std::byte> payload;
};

/// What a runner needs of the world around it. All but `wake` are called on the agent thread.
class Transport {
public:
    Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    virtual ~Transport() = default;

    /// Takes a message whose cause's state is committed. Never blocks.
    virtual void send(const PublishedMessage& message) = 0;
    /// Nothing more is sent for now: what was held back to leave together leaves.
    virtual void finish_sending() {}
    /// Asks to move the fleet's time on; only for the owner of a replay clock.
    virtual void ask_advance(std::int64_t time, std::int64_t delay, std::uint64_t token) = 0;
    /// Something was posted or published outside a callback: call `run_posts` soon. [any thread]
    virtual void wake() = 0;
};

/// What a runner tells of its agent. Called on the agent thread, but `on_log` and `on_health`,
/// which a plugin's own threads may cause too.
class AgentObserver {
public:
    AgentObserver() = default;
    AgentObserver(const AgentObserver&) = delete;
    AgentObserver& operator=(const AgentObserver&) = delete;
    virtual ~AgentObserver() = default;

    virtual void on_log(std::int32_t level, std::string_view text) = 0;
    virtual void on_health(std::int32_t level, std::string_view code, std::string_view text) = 0;
};

}  // namespace drover
