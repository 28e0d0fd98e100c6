/// What bounds an order that would add to a position.
#pragma once

#include <string>

#include "risk/risk_config.hpp"

namespace drover {

/// What is left of an order after the limits.
struct LimitedOrder {
    Quantity quantity;        ///< Signed; 0 where nothing may be sent.
    bool is_limited = false;  ///< Less than was asked for.
    std::string rule;         ///< Which limit, where it is limited.
    std::string words;        ///< Why, with the numbers, where it is limited.
};

/// Whether `order` only makes the expected position smaller: it points the other way and is not
/// larger.
[[nodiscard]] bool is_reducing(Quantity expected, Quantity order);

/// Applies the position limit to `order`, signed, on top of `expected`. A reducing order always
/// passes. An order beyond the limit is refused, or cut to the limit and to a lot with
/// `on_breach: trim`. Of a refused reversal the part that closes the position is left: an exit is
/// never refused because of what was to follow it.
[[nodiscard]] LimitedOrder apply_limits(const Limits& limits,
                                        Quantity lot,
                                        Quantity expected,
                                        Quantity order);

}  // namespace drover
