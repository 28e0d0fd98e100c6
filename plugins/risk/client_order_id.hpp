/// The name of an order that stays the same in a replay and after any restart.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace drover {

/// What an order's name depends on. No sequence and no incarnation is among it, so that the same
/// cause gives the same order to a venue however often it is told.
struct OrderCause {
    std::string_view account;
    std::string_view session;
    std::string_view agent;
    std::string_view symbol;
    std::string_view topic;       ///< Of the advice.
    std::int64_t event_time = 0;  ///< Of the advice.
    std::uint32_t index = 0;      ///< Among the orders of that topic and event time.
};

/// 32 hexadecimal digits: FNV-1a of 128 bits (offset basis 0x6c62272e07bb014262b821756295c58d,
/// prime 2^88 + 0x13b) over the texts in the order above, each followed by one NUL, and then the
/// decimal texts of event time and index, each followed by one NUL.
[[nodiscard]] std::string client_order_id(const OrderCause& cause);

}  // namespace drover
