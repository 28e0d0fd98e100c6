/// The messages of the agents that tests run: ticks, and anything at all.
#pragma once

#include <cstdint>

#include <drover/agent.hpp>

namespace drover::misbehaving {

/// One tick; `count` grows by one, also over the ticker's restarts.
struct Tick {
    std::uint64_t count;
};
inline constexpr drover_field tick_fields[] = {
    DROVER_FIELD(Tick, count, DROVER_KIND_U64, 0, nullptr, "Grows by one")};
inline constexpr drover_message_type tick_type =
    DROVER_RECORD_TYPE(Tick, "test.tick", 1, tick_fields, "A tick");

/// What a port for messages of any type consumes.
struct Anything {};

}  // namespace drover::misbehaving

template <>
struct drover::MessageTypeOf<drover::misbehaving::Tick> {
    static constexpr const drover_message_type* value = &drover::misbehaving::tick_type;
};
template <>
struct drover::MessageTypeOf<drover::misbehaving::Anything> {
    static constexpr const drover_message_type* value = nullptr;
};
