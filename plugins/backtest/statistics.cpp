// The performance statistics of backtesting.py 0.6.6, with a few of our own.
#include "backtest/statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "backtest/figure.hpp"
#include "decimal/percentage.hpp"

namespace drover {

namespace {

constexpr double nanoseconds_per_second = 1e9;
constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;

/// NaN for a zero denominator.
double ratio(double numerator, double denominator) {
    return denominator == 0 ? undefined : numerator / denominator;
}

/// The smallest unit that the distance between bars has a part in.
std::int64_t smallest_unit(std::int64_t distance) {
    for (const std::int64_t larger : {day, hour, minute, second}) {
        if (distance % larger == 0) {
            return larger;
        }
    }
    return 1;
}

double rounded_up_seconds(double nanoseconds, std::int64_t distance) {
    if (std::isnan(nanoseconds)) {
        return undefined;
    }
    const auto unit = static_cast<double>(smallest_unit(distance));
    return std::ceil(nanoseconds / unit) * unit / nanoseconds_per_second;
}

/// Which returns annual figures rest on, and how many of them make a year.
struct Annual {
    CalendarPeriod period;
    double periods_per_year;
};

Annual annual_of(const EquitySeries& equity) {
    const std::int64_t days = equity.median_distance() / day;
    if (days == 7) {
        return {CalendarPeriod::week, 52};
    }
    if (days == 31) {
        return {CalendarPeriod::month, 12};
    }
    if (days == 365) {
        return {CalendarPeriod::year, 1};
    }
    const double weekend_share =
        static_cast<double>(equity.weekend_bars) / static_cast<double>(equity.bars);
    return {CalendarPeriod::day, weekend_share > 0.6 * 2 / 7 ? 365.0 : 252.0};
}

/// The return that 5 % of the day returns do not exceed, and the mean of those.
void add_value_at_risk(const EquitySeries& equity, double last_return, Statistics& result) {
    result.value_at_risk_95_percent = undefined;
    result.conditional_value_at_risk_95_percent = undefined;
    if (!equity.has_all_day_returns) {
        return;
    }
    std::vector<double> returns = equity.day_returns;
    if (!std::isnan(last_return)) {
        returns.push_back(last_return);
    }
    if (returns.empty()) {
        return;
    }
    const auto tail =
        static_cast<std::size_t>(std::ceil(static_cast<double>(returns.size()) * 0.05));
    std::sort(returns.begin(), returns.end());
    double sum = 0;
    for (std::size_t index = 0; index < tail; ++index) {
        sum += returns[index];
    }
    result.value_at_risk_95_percent = returns[tail - 1] * hundred_percent;
    result.conditional_value_at_risk_95_percent = sum / static_cast<double>(tail) * hundred_percent;
}

void add_returns(const EquitySeries& equity, Statistics& result) {
    const Annual annual = annual_of(equity);
    double closed = undefined;
    double closed_day = undefined;
    const PeriodReturns returns = equity.of(annual.period).finished(&closed);
    (void)equity.of(CalendarPeriod::day).finished(&closed_day);
    add_value_at_risk(equity, closed_day, result);

    const double per_year = annual.periods_per_year;
    const double mean = returns.geometric_mean();
    const double growth = std::pow(1 + mean, per_year);
    const double annual_return = growth - 1;
    const double volatility = std::sqrt(
        std::pow(returns.variance() + (1 + mean) * (1 + mean), per_year) - growth * growth);
    const double first = to_double(equity.first);
    const double last = to_double(equity.last);
    const double years = result.duration_seconds / (365.25 * 86400);

    result.periods_per_year = per_year;
    result.return_percent = percentage(equity.last - equity.first, equity.first);
    result.annual_return_percent = annual_return * hundred_percent;
    result.annual_volatility_percent = volatility * hundred_percent;
    result.cagr_percent =
        years > 0 ? (std::pow(last / first, 1 / years) - 1) * hundred_percent : undefined;
    result.sharpe_ratio = ratio(annual_return, volatility);
    const double downside = returns.downside_deviation() * std::sqrt(per_year);
    result.sortino_ratio = annual_return / downside;
    result.calmar_ratio = ratio(annual_return, equity.drawdowns.deepest);
    result.buy_and_hold_return_percent =
        equity.market.first_close > 0
            ? (equity.market.last_close / equity.market.first_close - 1) * hundred_percent
            : undefined;
    result.beta = equity.market.beta();
    result.alpha_percent = result.return_percent - result.beta * result.buy_and_hold_return_percent;
}

void add_drawdowns(const EquitySeries& equity, Statistics& result) {
    const Drawdowns drawdowns = equity.drawdowns.finished();
    const std::int64_t distance = equity.median_distance();
    const double longest =
        drawdowns.count == 0 ? undefined : static_cast<double>(drawdowns.longest);
    result.max_drawdown_percent = -drawdowns.deepest * hundred_percent;
    result.average_drawdown_percent = -drawdowns.average_size() * hundred_percent;
    result.max_drawdown_seconds = rounded_up_seconds(longest, distance);
    result.average_drawdown_seconds = rounded_up_seconds(drawdowns.average_duration(), distance);
    result.ulcer_index_percent = drawdowns.ulcer_index() * hundred_percent;
}

void add_trades(const TradeSeries& trades, std::int64_t distance, Statistics& result) {
    const auto count = static_cast<double>(trades.count);
    const bool is_empty = trades.count == 0;
    const double win_rate = ratio(static_cast<double>(trades.wins), count);
    const double mean_win = ratio(trades.win_sum, static_cast<double>(trades.wins));
    const double mean_loss = ratio(-trades.loss_sum, static_cast<double>(trades.losses));
    const double deviation =
        trades.count < 2 ? undefined : std::sqrt(trades.pnl_squares / (count - 1));
    const double geometric = trades.is_ruined ? 0 : std::exp(ratio(trades.log_sum, count)) - 1;

    result.win_rate_percent = win_rate * hundred_percent;
    result.best_trade_percent = is_empty ? undefined : trades.best * hundred_percent;
    result.worst_trade_percent = is_empty ? undefined : trades.worst * hundred_percent;
    result.average_trade_percent = geometric * hundred_percent;
    result.max_trade_seconds =
        rounded_up_seconds(is_empty ? undefined : static_cast<double>(trades.longest), distance);
    result.average_trade_seconds = rounded_up_seconds(ratio(trades.duration_sum, count), distance);
    result.profit_factor = ratio(trades.gain_sum, -trades.fall_sum);
    result.expectancy_percent = ratio(trades.return_sum, count) * hundred_percent;
    result.sqn = ratio(std::sqrt(count) * trades.pnl_mean, deviation);
    result.kelly_criterion = win_rate - (1 - win_rate) / (mean_win / mean_loss);
}

}  // namespace

Statistics compute_statistics(const EquitySeries& equity,
                              const TradeSeries& trades,
                              double traded) {
    Statistics result{};
    const auto bars = static_cast<double>(equity.bars);
    result.duration_seconds =
        static_cast<double>(equity.last_stamp - equity.first_stamp) / nanoseconds_per_second;
    result.exposure_time_percent =
        ratio(static_cast<double>(trades.covered.count()), bars) * hundred_percent;
    result.turnover = ratio(traded, ratio(equity.equity_sum, bars));
    add_returns(equity, result);
    add_drawdowns(equity, result);
    add_trades(trades, equity.median_distance(), result);
    return result;
}

}  // namespace drover
