/// The closed trades, kept as the sums their statistics need.
#pragma once

#include <cstdint>

#include "backtest/covered_bars.hpp"
#include "ledger/lot_book.hpp"

namespace drover {

/// Follows the trades without keeping them. Returns are fractions net of commissions, PnL is money
/// net of commissions. All members are sums, so that a restart can carry on.
struct TradeSeries {
    std::uint64_t count = 0;
    std::uint64_t forced = 0;  ///< Closed by the end of the data.

    std::uint64_t wins = 0;    ///< PnL above 0.
    std::uint64_t losses = 0;  ///< PnL below 0.
    double win_sum = 0;
    double loss_sum = 0;  ///< Below 0.
    double pnl_mean = 0;
    double pnl_squares = 0;  ///< Sum of squared differences from the mean (Welford 1962).

    double best = 0;  ///< Return; has a meaning from one trade on.
    double worst = 0;
    double return_sum = 0;
    double gain_sum = 0;     ///< Returns above 0.
    double fall_sum = 0;     ///< Returns below 0.
    double log_sum = 0;      ///< Of ln(1 + return).
    bool is_ruined = false;  ///< Some 1 + return was 0 or less.

    std::int64_t longest = 0;  ///< ns, entry to exit.
    double duration_sum = 0;   ///< ns
    CoveredBars covered;

    /// The next trade, in the order of exits. `multiplier` is the instrument's.
    void add(const ClosedTrade& trade, Factor multiplier);
};

}  // namespace drover
