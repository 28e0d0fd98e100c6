/// A message type for any JSON value: for request ports, and wherever a type of its own would say
/// nothing more.
#pragma once

#include <drover/message_type.h>
#include <drover/port.hpp>

namespace drover {

inline constexpr drover_message_type any_json_type =
    DROVER_JSON_TYPE("drover.json", 1, nullptr, "Any JSON value");

/// Stands for `drover.json/1` in ports: `RequestServer<AnyJson, AnyJson>`, `Out<AnyJson>`. It holds
/// nothing; bodies and messages are JSON text.
struct AnyJson {};
template <>
struct MessageTypeOf<AnyJson> {
    static constexpr const drover_message_type* value = &any_json_type;
};

}  // namespace drover
