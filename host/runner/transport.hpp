/// Where a runner's messages go: ZeroMQ in a live fleet, the queue of a simulation, a test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <drover/value.h>

#include "events/event_tally.hpp"

namespace drover {

/// One completed message on its way out. Views live until `Transport::send` returns.
struct PublishedMessage {
    std::string_view topic;
    std::uint32_t topic_number = 0;  ///< The publisher's own number of the topic: 0, 1, …
    std::uint32_t type = 0;          ///< Handle of the message type.
    std::uint16_t encoding = 0;      ///< DROVER_ENCODING_...
    drover_message_id id{};
    drover_message_id cause{};
    std::uint64_t topic_sequence = 0;
    std::int64_t event_time = 0;
    std::int64_t publish_time = 0;
    std::uint64_t delivery = 0;  ///< The agent's durable sequence; 0: a stream message.
    std::uint32_t count = 0;
    std::uint32_t record_size = 0;
    std::span<const std::byte> payload;
};

/// A request on its way to another agent. It owns what it holds: it waits for the state.
struct OutgoingRequest {
    std::uint64_t number = 0;  ///< The agent's count of requests in this life, from 1.
    std::string topic;         ///< Of the REQUEST_CLIENT port.
    std::string target;        ///< Name of an agent; empty: whoever serves the topic.
    std::uint32_t type = 0;    ///< Handle of the body's type; 0: any.
    std::uint32_t reply_type = 0;
    std::int64_t deadline = 0;  ///< In the agent's time.
    std::string body;
    std::int64_t wall_deadline = 0;  ///< The same on the wall clock, where the agent's follows it.
};

/// A reply on its way back to who asked.
struct OutgoingReply {
    std::uint32_t client = 0;  ///< Handle of the asking agent; 0: a person.
    std::uint32_t client_incarnation = 0;
    std::uint64_t number = 0;  ///< As in the request.
    std::int32_t status = 0;   ///< A drover_status.
    std::string error;         ///< A sentence, with a negative status.
    std::string body;
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
    /// The sender has no more at hand: what was held back to leave together leaves.
    virtual void finish_sending() {}
    /// Take a request or a reply whose callback's state is committed, behind the messages of that
    /// callback. Never block.
    virtual void send_request(const OutgoingRequest& request) = 0;
    virtual void send_reply(const OutgoingReply& reply) = 0;
    /// A batch was committed and has been sent: everything up to `position` of the log is handled,
    /// and of it `voided` without the plugin, because the kill switch was engaged.
    virtual void handled(std::uint64_t /*position*/, const std::vector<std::uint64_t>& /*voided*/) {
    }
    /// Asks to move the fleet's time on; only for the owner of a replay clock.
    virtual void ask_advance(std::int64_t time, std::int64_t delay, std::uint64_t token) = 0;
    /// Something was posted or published outside a callback: call `run_posts` soon. [any thread]
    virtual void wake() = 0;
};

/// What a runner tells of its agent. Called on the agent thread, but `on_log`, `on_health` and
/// `on_occurrence`, which a plugin's own threads may cause too.
class AgentObserver {
public:
    AgentObserver() = default;
    AgentObserver(const AgentObserver&) = delete;
    AgentObserver& operator=(const AgentObserver&) = delete;
    virtual ~AgentObserver() = default;

    virtual void on_log(std::int32_t level, std::string_view text) = 0;
    virtual void on_health(std::int32_t level, std::string_view code, std::string_view text) = 0;
    /// Publications were refused here, or messages did not arrive. Not called for what the router
    /// refuses: it tells that itself.
    virtual void on_occurrence(const Noted& noted, std::uint64_t count) = 0;
};

}  // namespace drover
