/// The messages of the agents that are measured: ticks of 64 bytes and how far a receiver is.
#pragma once

#include <cstdint>

#include <drover/agent.hpp>

namespace drover::bench {

struct Tick {
    std::uint64_t sequence;
    std::uint64_t values[7];
};
static_assert(sizeof(Tick) == 64);
inline constexpr drover_field tick_fields[] = {
    DROVER_FIELD(Tick, sequence, DROVER_KIND_U64, 0, nullptr, "Grows by one"),
    DROVER_FIELD_ARRAY(Tick, values, DROVER_KIND_U64, 7, nullptr, "Anything")};
inline constexpr drover_message_type tick_type =
    DROVER_RECORD_TYPE(Tick, "bench.tick", 1, tick_fields, "A tick of 64 bytes");

struct Progress {
    std::uint64_t messages;
};
inline constexpr drover_field progress_fields[] = {
    DROVER_FIELD(Progress, messages, DROVER_KIND_U64, 0, nullptr, "Received so far")};
inline constexpr drover_message_type progress_type =
    DROVER_RECORD_TYPE(Progress, "bench.progress", 1, progress_fields, "How far a receiver is");

/// Seven letters, so that a frame of one tick has 152 bytes: 8 + 80 + 64.
inline constexpr const char* tick_topic = "b.ticks";

/// What a peer without drover sends, so that the frames are equally long.
inline constexpr std::size_t frame_head = 88;
inline constexpr std::uint32_t batch = 64;

}  // namespace drover::bench

template <>
struct drover::MessageTypeOf<drover::bench::Tick> {
    static constexpr const drover_message_type* value = &drover::bench::tick_type;
};
template <>
struct drover::MessageTypeOf<drover::bench::Progress> {
    static constexpr const drover_message_type* value = &drover::bench::progress_type;
};
