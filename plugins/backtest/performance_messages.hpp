/// The messages of the performance agent.
#pragma once

#include <drover/trading/records.hpp>

namespace drover {

struct MarketEndMessage;
struct SummaryMessage;
struct TradeMessage;

inline constexpr drover_message_type performance_summary_type = DROVER_JSON_TYPE(
    "performance.summary",
    1,
    R"({"type":"object","required":["account","trades","final_equity","return_percent",)"
    R"("max_drawdown_percent","bars","open_positions","open_orders","assumptions","statistics"]})",
    "What a run came to: summary keys, statistics, assumptions");
inline constexpr drover_message_type performance_trade_type = DROVER_JSON_TYPE(
    "performance.trade",
    1,
    R"({"type":"object","required":["symbol","side","quantity","entry_price","exit_price","pnl"]})",
    "A closed trade");

template <>
struct MessageTypeOf<MarketEndMessage> {
    static constexpr const drover_message_type* value = &drover_market_end_type;
};
template <>
struct MessageTypeOf<SummaryMessage> {
    static constexpr const drover_message_type* value = &performance_summary_type;
};
template <>
struct MessageTypeOf<TradeMessage> {
    static constexpr const drover_message_type* value = &performance_trade_type;
};

}  // namespace drover
