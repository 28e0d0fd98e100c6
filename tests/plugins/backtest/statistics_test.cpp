// Statistics on series short enough to follow by hand.
#include "backtest/statistics.hpp"

#include <cmath>
#include <initializer_list>

#include <gtest/gtest.h>

#include "decimal/decimal_text.hpp"
#include "tests/plugins/spans.hpp"

namespace drover {
namespace {

constexpr std::int64_t monday = 4 * day;

EquitySeries series(std::initializer_list<std::int64_t> equities,
                    std::initializer_list<double> closes = {}) {
    EquitySeries made;
    made.begin(Money::from_whole(100));
    std::int64_t stamp = monday;
    auto close = closes.begin();
    for (const std::int64_t equity : equities) {
        made.add({stamp, Money::from_whole(equity), close != closes.end() ? *close++ : 0});
        stamp += day;
    }
    return made;
}

ClosedTrade trade(std::int64_t entry, std::int64_t exit, std::int64_t first, std::int64_t last) {
    ClosedTrade made;
    made.quantity = Quantity::from_whole(1);
    made.entry_price = Price::from_whole(entry);
    made.exit_price = Price::from_whole(exit);
    made.pnl = Money::from_whole(exit - entry);
    made.entry_bar = first;
    made.exit_bar = last;
    made.entry_time = first * day;
    made.exit_time = last * day;
    return made;
}

TradeSeries trades(std::initializer_list<ClosedTrade> list) {
    TradeSeries made;
    for (const ClosedTrade& closed : list) {
        made.add(closed, Factor::from_whole(1));
    }
    return made;
}

TEST(Statistics, of_daily_returns_are_annualized_over_252_days) {
    const EquitySeries equity = series({100, 110, 99, 99});
    const Statistics found = compute_statistics(equity, {}, 0);
    const double growth = std::pow(0.99, 252.0 / 4);
    const double variance = 0.01;
    const double mean = std::pow(0.99, 1.0 / 4);
    EXPECT_EQ(found.periods_per_year, 252);
    EXPECT_NEAR(found.return_percent, -1, 1e-12);
    EXPECT_NEAR(found.annual_return_percent, (growth - 1) * 100, 1e-9);
    const double volatility =
        std::sqrt(std::pow(variance + mean * mean, 252) - std::pow(mean, 504)) * 100;
    EXPECT_NEAR(found.annual_volatility_percent / volatility, 1, 1e-9);
    EXPECT_NEAR(found.sharpe_ratio, found.annual_return_percent / volatility, 1e-9);
    EXPECT_NEAR(found.sortino_ratio, (growth - 1) / (std::sqrt(0.01 / 3) * std::sqrt(252)), 1e-9);
    EXPECT_NEAR(found.max_drawdown_percent, -10, 1e-12);
    EXPECT_NEAR(found.calmar_ratio, (growth - 1) / 0.1, 1e-9);
    EXPECT_EQ(found.duration_seconds, 3 * 86400.0);
}

TEST(Statistics, count_365_days_where_the_market_trades_on_weekends) {
    EXPECT_EQ(compute_statistics(series({1, 2, 3, 4, 5, 6, 7}), {}, 0).periods_per_year, 365);
    EXPECT_EQ(compute_statistics(series({1, 2, 3, 4, 5}), {}, 0).periods_per_year, 252);
}

TEST(Statistics, have_no_value_for_ratios_over_nothing) {
    const Statistics found = compute_statistics(series({100, 100, 100}), {}, 0);
    EXPECT_TRUE(std::isnan(found.sharpe_ratio));
    EXPECT_TRUE(std::isnan(found.calmar_ratio));
    EXPECT_TRUE(std::isnan(found.profit_factor));
    EXPECT_TRUE(std::isnan(found.win_rate_percent));
    EXPECT_TRUE(std::isnan(found.sqn));
    EXPECT_TRUE(std::isnan(found.kelly_criterion));
    EXPECT_TRUE(std::isnan(found.max_drawdown_seconds));
    EXPECT_FALSE(std::isfinite(found.sortino_ratio));
    EXPECT_EQ(found.exposure_time_percent, 0);
}

TEST(Statistics, of_trades_follow_their_definitions) {
    const TradeSeries closed =
        trades({trade(100, 110, 0, 1), trade(100, 95, 1, 3), trade(50, 60, 6, 6)});
    const Statistics found =
        compute_statistics(series({100, 101, 102, 103, 104, 105, 106, 107}), closed, 0);
    EXPECT_NEAR(found.win_rate_percent, 200.0 / 3, 1e-12);
    EXPECT_NEAR(found.best_trade_percent, 20, 1e-12);
    EXPECT_NEAR(found.worst_trade_percent, -5, 1e-12);
    EXPECT_NEAR(found.average_trade_percent, (std::cbrt(1.1 * 0.95 * 1.2) - 1) * 100, 1e-12);
    EXPECT_NEAR(found.profit_factor, 0.3 / 0.05, 1e-12);
    EXPECT_NEAR(found.expectancy_percent, 25.0 / 3, 1e-12);
    const double mean = 15.0 / 3;
    const double deviation = std::sqrt((25 + 100 + 25) / 2.0);
    EXPECT_NEAR(found.sqn, std::sqrt(3) * mean / deviation, 1e-12);
    EXPECT_NEAR(found.kelly_criterion, 2.0 / 3 - (1.0 / 3) / (10.0 / 5), 1e-12);
    EXPECT_EQ(found.max_trade_seconds, 2 * 86400.0);
    EXPECT_EQ(found.average_trade_seconds, 86400.0);
    EXPECT_NEAR(found.exposure_time_percent, 5.0 / 8 * 100, 1e-12) << "bars 0 to 3 and 6";
}

TEST(Statistics, round_mean_durations_up_to_the_unit_of_the_bars) {
    const TradeSeries closed = trades({trade(1, 2, 0, 1), trade(1, 2, 0, 2)});
    const Statistics found = compute_statistics(series({100, 101, 102}), closed, 0);
    EXPECT_EQ(found.average_trade_seconds, 2 * 86400.0) << "one and a half days";
}

TEST(Statistics, compare_with_buying_and_holding) {
    // Equity moves half as much as the market in logarithms, so beta is one half.
    EquitySeries equity;
    equity.begin(Money::from_whole(100));
    std::int64_t stamp = monday;
    for (const double close : {1.0, 4.0, 1.0, 16.0}) {
        equity.add(
            {stamp, Money::from_whole(static_cast<std::int64_t>(100 * std::sqrt(close))), close});
        stamp += day;
    }
    const Statistics found = compute_statistics(equity, {}, 0);
    EXPECT_NEAR(found.beta, 0.5, 1e-12);
    EXPECT_NEAR(found.buy_and_hold_return_percent, 1500, 1e-9);
    EXPECT_NEAR(found.alpha_percent, 300 - 0.5 * 1500, 1e-9);
}

TEST(Statistics, begin_buy_and_hold_with_the_bar_asked_for) {
    EquitySeries equity;
    equity.buy_and_hold_from = 1;
    equity.begin(Money::from_whole(100));
    equity.add({monday, Money::from_whole(100), 10});
    equity.add({monday + day, Money::from_whole(100), 20});
    equity.add({monday + 2 * day, Money::from_whole(100), 30});
    EXPECT_NEAR(compute_statistics(equity, {}, 0).buy_and_hold_return_percent, 50, 1e-12);
}

TEST(Statistics, take_value_at_risk_from_the_worst_day_returns) {
    EquitySeries equity;
    equity.begin(Money::from_whole(1000000));
    std::int64_t stamp = monday;
    double value = 1e6;
    for (int index = 0; index <= 40; ++index) {
        value *= index == 5 ? 0.9 : index == 9 ? 0.8 : 1.0;
        equity.add(
            {stamp,
             Money::from_units(Int128{static_cast<std::int64_t>(value)} * money_units_per_one),
             0});
        stamp += day;
    }
    Statistics found = compute_statistics(equity, {}, 0);
    EXPECT_NEAR(found.value_at_risk_95_percent, -10, 1e-9) << "the second worst of 40";
    EXPECT_NEAR(found.conditional_value_at_risk_95_percent, -15, 1e-9);
    equity.has_all_day_returns = false;
    found = compute_statistics(equity, {}, 0);
    EXPECT_TRUE(std::isnan(found.value_at_risk_95_percent));
}

}  // namespace
}  // namespace drover
