// The equity of an account bar by bar, kept as the sums its statistics need.
#include "backtest/equity_series.hpp"

#include <algorithm>
#include <cmath>

#include "backtest/figure.hpp"

namespace drover {

namespace {

constexpr std::int64_t days_in_week = 7;

bool is_weekend(std::int64_t day) {
    // Day 2 after the epoch was a Saturday, day 3 a Sunday.
    const std::int64_t weekday = ((day % days_in_week) + days_in_week) % days_in_week;
    return weekday == 2 || weekday == 3;
}

}  // namespace

void MarketSums::add(double equity_change, double market_change) {
    ++count;
    const auto number = static_cast<double>(count);
    const double equity_difference = equity_change - mean_equity;
    const double market_difference = market_change - mean_market;
    mean_equity += equity_difference / number;
    mean_market += market_difference / number;
    co_squares += equity_difference * (market_change - mean_market);
    market_squares += market_difference * (market_change - mean_market);
}

double MarketSums::beta() const {
    return market_squares > 0 ? co_squares / market_squares : undefined;
}

void EquitySeries::begin(Money initial_cash) {
    initial = initial_cash;
    peak = initial_cash;
    lowest = initial_cash;
    market.first_close = undefined;
    market.last_close = undefined;
}

void EquitySeries::add(const EquityPoint& point) {
    const double equity = to_double(point.equity);
    add_market(point, equity);
    if (bars == 0) {
        first = point.equity;
        first_stamp = point.stamp;
    }
    ++bars;
    last = point.equity;
    last_stamp = point.stamp;
    follow_peak(point.equity);
    equity_sum += equity;
    if (stamps.size() == stamps_kept) {
        stamps.pop_front();
    }
    stamps.push_back(point.stamp);
    drawdowns.add(point.stamp, equity);
    add_returns(point.stamp, equity);
}

void EquitySeries::follow_peak(Money equity) {
    if (equity >= peak) {
        peak = equity;
        lowest = equity;
    } else if (equity < lowest) {
        // No other equity since the peak can be deeper below it.
        lowest = equity;
        max_drawdown = std::max(max_drawdown, to_double(peak - equity) / to_double(peak));
    }
}

void EquitySeries::add_returns(std::int64_t stamp, double equity) {
    const std::int64_t day = period_number(CalendarPeriod::day, stamp);
    weekend_bars += is_weekend(day) ? 1U : 0U;
    const PeriodReturns& days = of(CalendarPeriod::day);
    if (days.periods > 0 && days.number == day) {
        // The same day is the same week, month and year: most bars of a day end here.
        for (PeriodReturns& period : returns) {
            period.latest = equity;
        }
        return;
    }
    for (std::size_t index = 0; index < returns.size(); ++index) {
        const auto period = static_cast<CalendarPeriod>(index);
        double closed = undefined;
        returns[index].add(period_number(period, stamp), equity, &closed);
        if (period == CalendarPeriod::day && !std::isnan(closed) && has_all_day_returns) {
            day_returns.push_back(closed);
        }
    }
}

std::int64_t EquitySeries::median_distance() const {
    if (stamps.size() < 2) {
        return 0;
    }
    std::vector<std::int64_t> distances;
    for (std::size_t index = 1; index < stamps.size(); ++index) {
        distances.push_back(stamps[index] - stamps[index - 1]);
    }
    std::sort(distances.begin(), distances.end());
    const std::size_t middle = distances.size() / 2;
    return distances.size() % 2 == 1
               ? distances[middle]
               : distances[middle - 1] + (distances[middle] - distances[middle - 1]) / 2;
}

void EquitySeries::add_market(const EquityPoint& point, double equity) {
    if (bars > 0 && point.close > 0 && market.last_close > 0 && equity > 0 && last > Money{}) {
        market.add(std::log(equity / to_double(last)), std::log(point.close / market.last_close));
    }
    if (bars == buy_and_hold_from) {
        market.first_close = point.close;
    }
    market.last_close = point.close;
}

}  // namespace drover
