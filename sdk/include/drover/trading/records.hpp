/// The trading records as the C++ layer sees them: which message type belongs to which struct.
#pragma once

#include <drover/agent.hpp>
#include <drover/trading/account.h>
#include <drover/trading/market.h>
#include <drover/trading/order.h>
#include <drover/trading/risk.h>
#include <drover/trading/signal.h>

namespace drover {

template <>
struct MessageTypeOf<drover_bar> {
    static constexpr const drover_message_type* value = &drover_bar_type;
};
template <>
struct MessageTypeOf<drover_quote> {
    static constexpr const drover_message_type* value = &drover_quote_type;
};
template <>
struct MessageTypeOf<drover_trade> {
    static constexpr const drover_message_type* value = &drover_trade_type;
};
template <>
struct MessageTypeOf<drover_signal> {
    static constexpr const drover_message_type* value = &drover_signal_type;
};
template <>
struct MessageTypeOf<drover_advice> {
    static constexpr const drover_message_type* value = &drover_advice_type;
};
template <>
struct MessageTypeOf<drover_order> {
    static constexpr const drover_message_type* value = &drover_order_type;
};
template <>
struct MessageTypeOf<drover_cancel> {
    static constexpr const drover_message_type* value = &drover_cancel_type;
};
template <>
struct MessageTypeOf<drover_order_event> {
    static constexpr const drover_message_type* value = &drover_order_event_type;
};
template <>
struct MessageTypeOf<drover_verdict> {
    static constexpr const drover_message_type* value = &drover_verdict_type;
};
template <>
struct MessageTypeOf<drover_breaker> {
    static constexpr const drover_message_type* value = &drover_breaker_type;
};
template <>
struct MessageTypeOf<drover_position> {
    static constexpr const drover_message_type* value = &drover_position_type;
};
template <>
struct MessageTypeOf<drover_account> {
    static constexpr const drover_message_type* value = &drover_account_type;
};

}  // namespace drover
