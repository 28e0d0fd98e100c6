/// Orders and bars as the tests of the broker write them.
#pragma once

#include <cstdint>
#include <string_view>

#include <drover/agent.hpp>
#include <drover/trading/market.h>
#include <drover/trading/order.h>

#include "decimal/decimal_text.hpp"

namespace drover::testing {

inline constexpr std::int64_t day = 86'400'000'000'000;

/// The bar of day `number` since the epoch, daily, all of it between open and close.
inline drover_bar bar(std::int64_t number,
                      std::string_view open,
                      std::string_view close,
                      std::string_view symbol = "SPX") {
    drover_bar made{};
    set_text(made.symbol, symbol);
    set_text(made.interval, "1d");
    made.open_time = number * day;
    made.close_time = made.open_time + day;
    made.open = price_from_text(open).units();
    made.close = price_from_text(close).units();
    made.high = made.open > made.close ? made.open : made.close;
    made.low = made.open < made.close ? made.open : made.close;
    made.volume = 1000;
    return made;
}

/// A market order, good till cancelled; `quantity` below 0 sells.
inline drover_order order(std::string_view id,
                          std::string_view quantity,
                          std::string_view symbol = "SPX") {
    drover_order made{};
    set_text(made.client_order_id, id);
    set_text(made.account, "paper");
    set_text(made.symbol, symbol);
    const Quantity amount = quantity_from_text(quantity);
    made.quantity = amount.absolute().units();
    made.limit_price = DROVER_NO_VALUE;
    made.stop_price = DROVER_NO_VALUE;
    made.side = amount.sign();
    made.kind = DROVER_ORDER_MARKET;
    made.time_in_force = DROVER_TIF_GTC;
    set_text(made.reason, "test");
    return made;
}

inline drover_cancel cancel(std::string_view id, std::string_view symbol = "SPX") {
    drover_cancel made{};
    set_text(made.client_order_id, id);
    set_text(made.account, "paper");
    set_text(made.symbol, symbol);
    set_text(made.reason, "not wanted any more");
    return made;
}

}  // namespace drover::testing
