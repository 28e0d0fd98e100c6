/// The summary of a run as JSON.
#pragma once

#include <string>

#include "backtest/performance_record.hpp"
#include "backtest/trading_halts.hpp"

namespace drover {

/// The summary keys, `statistics`, `assumptions` and `notes` (docs/performance.md). `reason` says
/// why it was written: "history ended 2020-04-17". Amounts are exact; NaN and infinity are null.
[[nodiscard]] std::string summary_json(const PerformanceRecord& record,
                                       const TradingHalts& halts,
                                       const std::string& reason);

/// One closed trade.
[[nodiscard]] std::string trade_json(const SymbolTrade& trade, const std::string& account);

}  // namespace drover
