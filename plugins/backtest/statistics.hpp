/// The performance statistics of backtesting.py 0.6.6, with a few of our own.
#pragma once

#include <cstdint>

#include "backtest/equity_series.hpp"
#include "backtest/trade_series.hpp"

namespace drover {

/// Names and signs as in docs/performance.md: percentages, drawdowns below 0, NaN where a figure
/// has no value (a mean over nothing, a zero denominator). Durations in seconds, rounded up to the
/// smallest unit of the distance between bars.
struct Statistics {
    double duration_seconds;
    double exposure_time_percent;
    double return_percent;
    double buy_and_hold_return_percent;
    double annual_return_percent;
    double annual_volatility_percent;
    double cagr_percent;
    double sharpe_ratio;
    double sortino_ratio;
    double calmar_ratio;
    double alpha_percent;
    double beta;
    double max_drawdown_percent;
    double average_drawdown_percent;
    double max_drawdown_seconds;
    double average_drawdown_seconds;
    double win_rate_percent;
    double best_trade_percent;
    double worst_trade_percent;
    double average_trade_percent;
    double max_trade_seconds;
    double average_trade_seconds;
    double profit_factor;
    double expectancy_percent;
    double sqn;
    double kelly_criterion;
    double value_at_risk_95_percent;
    double conditional_value_at_risk_95_percent;
    double ulcer_index_percent;
    double turnover;
    double periods_per_year;  ///< What annual figures are made with: 252, 365, 52, 12 or 1.
};

/// `traded` is the sum of price * quantity * multiplier over all fills.
[[nodiscard]] Statistics compute_statistics(const EquitySeries& equity,
                                            const TradeSeries& trades,
                                            double traded);

}  // namespace drover
