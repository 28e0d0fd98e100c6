// The closed trades, kept as the sums their statistics need.
#include "backtest/trade_series.hpp"

#include <algorithm>
#include <cmath>

namespace drover {

void TradeSeries::add(const ClosedTrade& trade, Factor multiplier) {
    ++count;
    forced += trade.is_forced ? 1U : 0U;
    const double pnl = to_double(trade.net_pnl());
    if (trade.net_pnl() > Money{}) {
        ++wins;
        win_sum += pnl;
    } else if (trade.net_pnl() < Money{}) {
        ++losses;
        loss_sum += pnl;
    }
    const double difference = pnl - pnl_mean;
    pnl_mean += difference / static_cast<double>(count);
    pnl_squares += difference * (pnl - pnl_mean);

    const double change = trade.return_fraction(multiplier);
    best = count == 1 ? change : std::max(best, change);
    worst = count == 1 ? change : std::min(worst, change);
    return_sum += change;
    gain_sum += change > 0 ? change : 0;
    fall_sum += change < 0 ? change : 0;
    if (1 + change <= 0) {
        is_ruined = true;
    } else {
        log_sum += std::log(1 + change);
    }

    const std::int64_t duration = trade.exit_time - trade.entry_time;
    longest = std::max(longest, duration);
    duration_sum += static_cast<double>(duration);
    covered.add(trade.entry_bar, trade.exit_bar);
}

}  // namespace drover
