/// Control frames between router and agent: kinds, bodies, encoding. Bytes as in docs/wire.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/log_id.hpp"
#include "base/result.hpp"

namespace drover {

enum class ControlKind : std::uint8_t {
    welcome = 1,
    hello = 2,
    ready = 3,
    credit = 4,
    done = 5,
    timer = 6,
    heartbeat = 7,
    refused = 8,
    request = 9,
    reply = 10,
    advance = 11,
    advanced = 12,
    bundle = 13,  ///< Several small messages; see wire/bundle.hpp.
    logged = 14,
    handled = 15,
    declined = 16,
    voided = 17,
    unhandled = 18
};

inline constexpr std::size_t control_head_size = 8;
/// Who changes what a frame means or what may stand in it raises this; a frame of another version
/// is malformed. 2: messages of up to 8 KiB in bundles of up to 64 KiB.
inline constexpr std::uint16_t control_version = 2;

/// Whether a frame is a control frame: it begins with NUL.
[[nodiscard]] inline bool is_control_frame(std::span<const std::byte> frame) {
    return !frame.empty() && frame.front() == std::byte{0};
}

/// A control frame that was found sound. The body points into the frame's bytes.
struct ControlFrame {
    ControlKind kind;
    std::span<const std::byte> body;

    /// Nothing for a frame that is too short, of an unknown kind or version, or whose length does
    /// not fit its size.
    [[nodiscard]] static std::optional<ControlFrame> decode(std::span<const std::byte> frame);
};

// Bodies of fixed size lie on the wire as they are declared here.

struct WelcomeBody {
    static constexpr ControlKind kind = ControlKind::welcome;
    std::uint64_t epoch = 0;  ///< Which life of the router.
};

struct ReadyBody {
    static constexpr ControlKind kind = ControlKind::ready;
    std::uint64_t epoch = 0;
    std::int64_t fleet_time = 0;
    LogId log{};               ///< The router's durable log; all zero: it has none.
    std::uint64_t cursor = 0;  ///< Durable delivery goes on behind this position of the log.
    /// Of this agent's durable sequences, up to which they are in the log, on disk.
    std::uint64_t logged = 0;
};

struct CreditBody {
    static constexpr ControlKind kind = ControlKind::credit;
    std::uint32_t frames = 0;  ///< Handled since the last CREDIT.
    std::uint32_t window = 0;  ///< Frames to have in flight at most from now on; 0: the fleet's.
    std::uint64_t bytes = 0;   ///< Of those frames, whole frames counted.
};

/// Publisher 0: an answer to nothing; it only tells the next timer. Sent once after READY and what
/// start published, and whenever a callback that no delivery caused has changed the timers.
struct DoneBody {
    static constexpr ControlKind kind = ControlKind::done;
    static constexpr std::int64_t no_timer = std::numeric_limits<std::int64_t>::max();
    std::uint32_t publisher = 0;
    std::uint32_t incarnation = 0;
    std::uint64_t sequence = 0;  ///< Of the agent's last publication; 0: none yet.
    std::int64_t next_timer = no_timer;
    std::int64_t fleet_time = 0;
};

struct TimerBody {
    static constexpr ControlKind kind = ControlKind::timer;
    std::int64_t time = 0;
};

struct AdvanceBody {
    static constexpr ControlKind kind = ControlKind::advance;
    std::int64_t time = 0;
    std::int64_t delay = 0;
    std::uint64_t token = 0;
};

struct AdvancedBody {
    static constexpr ControlKind kind = ControlKind::advanced;
    std::int64_t time = 0;
    std::uint64_t token = 0;
};

/// Up to which of the agent's durable sequences everything is in the log and on disk, what was
/// refused as well. Cumulative.
struct LoggedBody {
    static constexpr ControlKind kind = ControlKind::logged;
    std::uint64_t sequence = 0;
};

/// Up to which position of the log the receiver has handled and committed what was for it.
/// Cumulative.
struct HandledBody {
    static constexpr ControlKind kind = ControlKind::handled;
    std::uint64_t position = 0;
};

/// The receiver found the kill switch engaged and committed this message without handling it.
struct VoidedBody {
    static constexpr ControlKind kind = ControlKind::voided;
    std::uint64_t position = 0;
};

static_assert(sizeof(WelcomeBody) == 8 && sizeof(ReadyBody) == 48 && sizeof(CreditBody) == 16);
static_assert(offsetof(ReadyBody, log) == 16 && offsetof(ReadyBody, cursor) == 32);
static_assert(sizeof(DoneBody) == 32 && sizeof(TimerBody) == 8);
static_assert(sizeof(AdvanceBody) == 24 && sizeof(AdvancedBody) == 16);
static_assert(sizeof(LoggedBody) == 8 && sizeof(HandledBody) == 8 && sizeof(VoidedBody) == 8);

/// Writes the 8 bytes before a body of `length` bytes.
void encode_control_head(std::span<std::byte, control_head_size> head,
                         ControlKind kind,
                         std::size_t length);

/// A whole control frame with a body of fixed size.
template <typename Body>
[[nodiscard]] std::array<std::byte, control_head_size + sizeof(Body)> encode_control(
    const Body& body) {
    static_assert(std::is_trivially_copyable_v<Body>);
    std::array<std::byte, control_head_size + sizeof(Body)> frame;
    encode_control_head(
        std::span(frame).template first<control_head_size>(), Body::kind, sizeof(Body));
    std::memcpy(frame.data() + control_head_size, &body, sizeof(Body));
    return frame;
}

/// The body of fixed size; nothing when the frame is of another kind or size.
template <typename Body>
[[nodiscard]] std::optional<Body> decode_control(const ControlFrame& frame) {
    static_assert(std::is_trivially_copyable_v<Body>);
    if (frame.kind != Body::kind || frame.body.size() != sizeof(Body)) {
        return std::nullopt;
    }
    Body body;
    std::memcpy(&body, frame.body.data(), sizeof(Body));
    return body;
}

// Bodies that are JSON.

struct HelloBody {
    std::string agent;
    std::uint32_t incarnation = 0;
    std::string token;        ///< As given to the agent on its control channel.
    std::uint64_t epoch = 0;  ///< As the last WELCOME said; 0: none came yet.
    std::int64_t fleet_time = 0;
    std::vector<std::string> subscriptions;  ///< Topic patterns.
    /// What the agent's file says, or zero each: the log it belongs to, the last position whose
    /// handling it has committed, and the last durable sequence it has committed to its outbox.
    LogId log{};
    std::uint64_t cursor = 0;
    std::uint64_t durable_sequence = 0;
};

struct HeartbeatBody {
    std::uint32_t publisher = 0;
    std::uint32_t incarnation = 0;
    /// The last topic sequence of each topic.
    std::vector<std::pair<std::string, std::uint64_t>> topics;
};

struct RefusedBody {
    std::string topic;
    std::uint64_t sequence = 0;
    std::int32_t status = 0;        ///< A drover_status below 0.
    std::string reason;             ///< A sentence.
    std::uint32_t incarnation = 0;  ///< The life whose sequence it is; 0: the present one.
};

/// The answer to a HELLO whose file does not belong to the router's log.
struct DeclinedBody {
    std::string reason;  ///< A sentence.
};

/// A receiver found a gated message void and did not handle it; of stream and latest topics.
struct UnhandledBody {
    std::string topic;
    std::uint32_t publisher = 0;
    std::uint32_t incarnation = 0;
    std::uint64_t sequence = 0;
};

[[nodiscard]] std::vector<std::byte> encode_unhandled(const UnhandledBody& body);
[[nodiscard]] Result<UnhandledBody> decode_unhandled(const ControlFrame& frame);
[[nodiscard]] std::vector<std::byte> encode_hello(const HelloBody& body);
[[nodiscard]] Result<HelloBody> decode_hello(const ControlFrame& frame);
[[nodiscard]] std::vector<std::byte> encode_heartbeat(const HeartbeatBody& body);
[[nodiscard]] Result<HeartbeatBody> decode_heartbeat(const ControlFrame& frame);
[[nodiscard]] std::vector<std::byte> encode_refused(const RefusedBody& body);
[[nodiscard]] Result<RefusedBody> decode_refused(const ControlFrame& frame);
[[nodiscard]] std::vector<std::byte> encode_declined(const DeclinedBody& body);
[[nodiscard]] Result<DeclinedBody> decode_declined(const ControlFrame& frame);

}  // namespace drover
