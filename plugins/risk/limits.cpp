// What bounds an order that would add to a position.
#include "risk/limits.hpp"

#include "decimal/decimal_text.hpp"

namespace drover {

namespace {

/// The order that goes as far as the limit allows; 0 where it would have to turn round.
Quantity trimmed(Quantity maximum, Quantity lot, Quantity expected, Quantity order) {
    const Quantity bound = maximum.toward_zero(lot);
    const Quantity cut = (order.sign() > 0 ? bound : -bound) - expected;
    return cut.sign() == order.sign() ? cut : Quantity{};
}

}  // namespace

bool is_reducing(Quantity expected, Quantity order) {
    return order.sign() == -expected.sign() && order.absolute() <= expected.absolute();
}

LimitedOrder apply_limits(const Limits& limits, Quantity lot, Quantity expected, Quantity order) {
    if (order.is_zero() || is_reducing(expected, order) || !limits.max_position) {
        return {order, false, "", ""};
    }
    const Quantity maximum = *limits.max_position;
    const Quantity result = expected + order;
    if (result.absolute() <= maximum) {
        return {order, false, "", ""};
    }
    LimitedOrder limited{
        {},
        true,
        "max_position",
        "a position of " + to_text(result) + " is beyond max_position " + to_text(maximum)};
    if (limits.on_breach == OnBreach::trim) {
        limited.quantity = trimmed(maximum, lot, expected, order);
    } else if (expected.sign() == -order.sign()) {
        limited.quantity = -expected;
    }
    return limited;
}

}  // namespace drover
