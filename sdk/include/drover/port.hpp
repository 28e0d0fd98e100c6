/// Ports of an agent class: which topics it consumes and publishes, with their record types.
/// Request ports: request.hpp.
#pragma once

#include <array>
#include <cstdint>

#include <drover/description.h>

namespace drover {

/// Which message type a struct is. Specialise it beside the struct:
/// `template <> struct MessageTypeOf<T> { static constexpr const drover_message_type* value = …;
/// };`
template <typename Record>
struct MessageTypeOf;

/// A declared edge. `index` is its place in the agent's `ports`. `Record` is a record struct, or,
/// for JSON types, any type that MessageTypeOf knows.
template <typename Record>
struct In {
    std::uint32_t index;
    const char* name;
    const char* topic;
    const char* description;
    std::uint32_t flags = 0;  ///< DROVER_PORT_ON_DEMAND
    static constexpr std::uint32_t direction = DROVER_PORT_IN;
    static constexpr const drover_message_type* type = MessageTypeOf<Record>::value;
    static constexpr const drover_message_type* reply_type = nullptr;
};
template <typename Record>
struct Out {
    std::uint32_t index;
    const char* name;
    const char* topic;
    const char* description;
    std::uint32_t flags = 0;
    static constexpr std::uint32_t direction = DROVER_PORT_OUT;
    static constexpr const drover_message_type* type = MessageTypeOf<Record>::value;
    static constexpr const drover_message_type* reply_type = nullptr;
};

template <typename Port>
[[nodiscard]] constexpr drover_port describe_port(const Port& port) {
    return {sizeof(drover_port),
            Port::direction | port.flags,
            port.name,
            port.topic,
            Port::type,
            Port::reply_type,
            port.description};
}
/// The table of an agent's ports, in the order of their indices.
template <typename... Port>
[[nodiscard]] constexpr std::array<drover_port, sizeof...(Port)> ports(const Port&... port) {
    return {describe_port(port)...};
}

}  // namespace drover
