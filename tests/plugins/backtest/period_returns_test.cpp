// Returns between calendar periods.
#include "backtest/period_returns.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/plugins/spans.hpp"

namespace drover {
namespace {

TEST(PeriodNumber, changes_with_the_utc_date) {
    EXPECT_EQ(period_number(CalendarPeriod::day, day - 1), 0);
    EXPECT_EQ(period_number(CalendarPeriod::day, day), 1);
    EXPECT_EQ(period_number(CalendarPeriod::day, -1), -1);
}

TEST(PeriodNumber, ends_a_week_on_sunday) {
    // 1970-01-04 was a Sunday.
    const auto sunday = period_number(CalendarPeriod::week, 3 * day);
    EXPECT_EQ(period_number(CalendarPeriod::week, 0), sunday);
    EXPECT_EQ(period_number(CalendarPeriod::week, 4 * day), sunday + 1);
    EXPECT_EQ(period_number(CalendarPeriod::week, -3 * day), sunday);
    EXPECT_EQ(period_number(CalendarPeriod::week, -4 * day), sunday - 1);
}

TEST(PeriodNumber, counts_months_and_years) {
    EXPECT_EQ(period_number(CalendarPeriod::month, 31 * day) -
                  period_number(CalendarPeriod::month, 30 * day),
              1);
    EXPECT_EQ(period_number(CalendarPeriod::year, 365 * day), 1971);
}

PeriodReturns returns_of(std::initializer_list<double> equities) {
    PeriodReturns returns;
    std::int64_t number = 0;
    double closed = 0;
    for (const double equity : equities) {
        returns.add(number++, equity, &closed);
    }
    return returns.finished(&closed);
}

TEST(PeriodReturns, are_made_of_the_last_equity_of_each_period) {
    PeriodReturns returns;
    double closed = 0;
    EXPECT_FALSE(returns.add(1, 50, &closed));
    EXPECT_FALSE(returns.add(1, 100, &closed));
    EXPECT_TRUE(returns.add(2, 70, &closed));
    EXPECT_TRUE(std::isnan(closed)) << "the first period has nothing before it";
    returns.add(2, 110, &closed);
    EXPECT_TRUE(returns.add(5, 121, &closed));
    EXPECT_DOUBLE_EQ(closed, 110.0 / 100 - 1);
    EXPECT_NEAR(returns.finished(&closed).mean, 0.1, 1e-15);
    EXPECT_DOUBLE_EQ(closed, 121.0 / 110 - 1);
}

TEST(PeriodReturns, have_the_moments_of_their_definition) {
    const PeriodReturns returns = returns_of({100, 110, 99, 99});
    EXPECT_EQ(returns.count, 3U);
    EXPECT_NEAR(returns.geometric_mean(), std::pow(0.99, 1.0 / 4) - 1, 1e-15);
    EXPECT_NEAR(returns.variance(), (0.1 * 0.1 + 0.1 * 0.1) / 2, 1e-15);
    EXPECT_NEAR(returns.downside_deviation(), std::sqrt(0.01 / 3), 1e-15);
}

TEST(PeriodReturns, have_no_variance_below_two_and_a_mean_of_0_after_ruin) {
    EXPECT_TRUE(std::isnan(returns_of({100, 110}).variance()));
    EXPECT_TRUE(std::isnan(returns_of({100}).downside_deviation()));
    EXPECT_EQ(returns_of({100, 0, 50}).geometric_mean(), 0);
}

}  // namespace
}  // namespace drover
