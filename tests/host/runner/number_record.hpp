/// A record with one number, for agents of tests.
#pragma once

#include <cstdint>

#include <drover/agent.hpp>

namespace drover {

struct Number {
    std::int64_t value;
};
inline constexpr drover_field number_fields[] = {
    DROVER_FIELD(Number, value, DROVER_KIND_I64, 0, nullptr, "A number")};
inline constexpr drover_message_type number_type =
    DROVER_RECORD_TYPE(Number, "test.number", 1, number_fields, "A number");
template <>
struct MessageTypeOf<Number> {
    static constexpr const drover_message_type* value = &number_type;
};

}  // namespace drover
