/// The message behind the last bar of a history, for who publishes it and who waits for it.
#pragma once

#include <drover/trading/records.hpp>

namespace drover {

/// The JSON message `market.end`.
struct MarketEnd {};
template <>
struct MessageTypeOf<MarketEnd> {
    static constexpr const drover_message_type* value = &drover_market_end_type;
};

}  // namespace drover
