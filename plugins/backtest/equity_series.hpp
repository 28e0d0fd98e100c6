/// The equity of an account bar by bar, kept as the sums its statistics need.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "backtest/drawdowns.hpp"
#include "backtest/period_returns.hpp"
#include "decimal/decimal.hpp"

namespace drover {

/// The account after all of one instant.
struct EquityPoint {
    std::int64_t stamp = 0;  ///< What the bar is called: its start, ns since the epoch.
    Money equity;
    double close = 0;  ///< Of the one symbol there is; NaN for none or several.
};

/// How equity moves with the market: sums over the logarithms of both changes, bar by bar.
struct MarketSums {
    std::uint64_t count = 0;
    double mean_equity = 0;
    double mean_market = 0;
    double co_squares = 0;
    double market_squares = 0;
    double first_close = 0;  ///< NaN before the bar that buy and hold begins with.
    double last_close = 0;

    void add(double equity_change, double market_change);
    /// cov / var; NaN where the market did not move.
    [[nodiscard]] double beta() const;
};

/// Follows the series without keeping it: each point is added to sums, so that a restarted agent
/// goes on where it was. Only the list of day returns is kept whole; where it could not be brought
/// over a restart it is missing (`has_all_day_returns`).
struct EquitySeries {
    static constexpr std::size_t stamps_kept = 100;

    std::uint64_t bars = 0;
    Money initial;  ///< Cash before the first bar.
    Money first;    ///< Equity of the first bar.
    Money last;
    Money peak;               ///< With the initial cash.
    Money lowest;             ///< Since the peak.
    double max_drawdown = 0;  ///< Fraction of that peak.
    std::int64_t first_stamp = 0;
    std::int64_t last_stamp = 0;
    std::uint64_t weekend_bars = 0;
    double equity_sum = 0;
    std::deque<std::int64_t> stamps;       ///< The last hundred, oldest first.
    std::array<PeriodReturns, 4> returns;  ///< By CalendarPeriod.
    Drawdowns drawdowns;
    MarketSums market;
    std::uint64_t buy_and_hold_from = 0;  ///< Index of the bar that buy and hold begins with.

    std::vector<double> day_returns;
    bool has_all_day_returns = true;

    void begin(Money initial_cash);
    void add(const EquityPoint& point);

    [[nodiscard]] const PeriodReturns& of(CalendarPeriod period) const {
        return returns[static_cast<std::size_t>(period)];
    }
    /// The median distance of the last hundred stamps, ns; 0 below two bars.
    [[nodiscard]] std::int64_t median_distance() const;

private:
    void follow_peak(Money equity);
    void add_returns(std::int64_t stamp, double equity);
    void add_market(const EquityPoint& point, double equity);
};

}  // namespace drover
