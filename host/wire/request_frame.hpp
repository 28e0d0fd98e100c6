/// REQUEST and REPLY on the wire: control frames with a fixed head, texts and a body. Bytes as in
/// docs/wire.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "wire/control_frame.hpp"

namespace drover {

/// The largest body of a request or reply: with its head and texts it fits into one frame.
inline constexpr std::size_t largest_request_body = (std::size_t{4} << 20U) - 1024;
/// The longest name of a target.
inline constexpr std::size_t longest_target_on_wire = 200;
/// The longest sentence of a reply; a longer one is cut.
inline constexpr std::size_t longest_reply_error = 4096;

/// The fixed part of a REQUEST; it lies on the wire exactly like this.
struct RequestHead {
    std::uint64_t number = 0;       ///< The asking agent's own count, from 1 in each of its lives.
    std::uint32_t client = 0;       ///< Handle of the asking agent; 0: a person.
    std::uint32_t incarnation = 0;  ///< Of the asking agent.
    std::int64_t deadline =
        0;                  ///< Wall time, or the fleet's under a replay clock; ns since the epoch.
    std::int64_t time = 0;  ///< Under a replay clock the router writes the fleet's time here.
    std::uint32_t type = 0;         ///< Handle of the body's type; 0: any.
    std::uint32_t reply_type = 0;   ///< Handle of the type that the asker expects; 0: any.
    std::uint16_t port = 0;         ///< The server's port; written by the router.
    std::uint16_t target_size = 0;  ///< Bytes of the target's name; 0: whoever serves the topic.
    std::uint16_t topic_size = 0;
    std::uint16_t reserved = 0;

    friend bool operator==(const RequestHead&, const RequestHead&) = default;
};
static_assert(sizeof(RequestHead) == 48 && std::is_trivially_copyable_v<RequestHead>);
static_assert(offsetof(RequestHead, deadline) == 16 && offsetof(RequestHead, time) == 24);
static_assert(offsetof(RequestHead, type) == 32 && offsetof(RequestHead, port) == 40);

/// The fixed part of a REPLY.
struct ReplyHead {
    std::uint64_t number = 0;              ///< As in the request.
    std::uint32_t client = 0;              ///< As in the request.
    std::uint32_t client_incarnation = 0;  ///< As in the request.
    std::uint32_t server = 0;              ///< Handle of the answering agent; 0: the router.
    std::uint32_t server_incarnation = 0;
    std::int64_t time = 0;    ///< Under a replay clock the router writes the fleet's time here.
    std::int32_t status = 0;  ///< A drover_status.
    std::uint32_t error_size = 0;  ///< Bytes of the sentence; 0 unless status is negative.

    friend bool operator==(const ReplyHead&, const ReplyHead&) = default;
};
static_assert(sizeof(ReplyHead) == 40 && std::is_trivially_copyable_v<ReplyHead>);
static_assert(offsetof(ReplyHead, server) == 16 && offsetof(ReplyHead, time) == 24);
static_assert(offsetof(ReplyHead, status) == 32);

/// A REQUEST that was found sound. Texts and body point into the frame's bytes; the body lies at a
/// multiple of 8 from the frame's start.
struct RequestFrame {
    RequestHead head;
    std::string_view target;
    std::string_view topic;
    std::span<const std::byte> body;

    /// Nothing for a frame of another kind, or whose sizes do not fit or are above the limits, or
    /// without a topic, or with the number 0. The grammar of the texts is not checked.
    [[nodiscard]] static std::optional<RequestFrame> decode(const ControlFrame& frame);
};

struct ReplyFrame {
    ReplyHead head;
    std::string_view error;
    std::span<const std::byte> body;

    [[nodiscard]] static std::optional<ReplyFrame> decode(const ControlFrame& frame);
};

/// The whole frame; the sizes in `head` are filled in. `target`, `topic` and `body` must be within
/// the limits.
[[nodiscard]] std::vector<std::byte> encode_request(RequestHead head,
                                                    std::string_view target,
                                                    std::string_view topic,
                                                    std::span<const std::byte> body);
/// The same for a reply. `error` is cut at longest_reply_error.
[[nodiscard]] std::vector<std::byte> encode_reply(ReplyHead head,
                                                  std::string_view error,
                                                  std::span<const std::byte> body);

/// Write the fleet's time, and the server's port, into a sound frame's bytes that nobody shares.
void stamp_request(std::span<std::byte> frame, std::int64_t time, std::uint16_t port);
void stamp_reply(std::span<std::byte> frame, std::int64_t time);

}  // namespace drover
