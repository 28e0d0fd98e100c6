// Exponential averages, and the trend that three of them tell.
#include "indicators/exponential_average.hpp"

#include <stdexcept>

#include <gtest/gtest.h>
#include <ta_libc.h>

#include "bar_generator/bar_walk.hpp"
#include "indicators/price_trend.hpp"

namespace drover {
namespace {

std::vector<double> closes(int count) {
    BarWalk walk(12, 10'000, 86'400);
    std::vector<double> made;
    for (int day = 0; day < count; ++day) {
        made.push_back(static_cast<double>(walk.next().close) / 100);
    }
    return made;
}

Trend trend_of(const std::vector<double>& inputs) {
    PriceTrend trend;
    for (const double close : inputs) {
        trend.push(close);
    }
    return trend.trend();
}

/// `count` closes from `first` on, each `step` further.
std::vector<double> line(int count, double first, double step) {
    std::vector<double> made;
    for (int bar = 0; bar < count; ++bar) {
        made.push_back(first + step * bar);
    }
    return made;
}

TEST(ExponentialAverage, begins_with_the_plain_average) {
    ExponentialAverage average(3);
    average.push(1);
    average.push(2);
    EXPECT_FALSE(average.is_defined());
    average.push(6);
    EXPECT_TRUE(average.is_defined());
    EXPECT_EQ(average.value(), 3);
    average.push(5);
    EXPECT_EQ(average.value(), 4);
}

TEST(ExponentialAverage, is_ta_libs_to_the_last_bit) {
    const auto inputs = closes(2000);
    for (const int period : {8, 21, 34}) {
        ExponentialAverage average(period);
        std::vector<double> values;
        for (const double close : inputs) {
            average.push(close);
            if (average.is_defined()) {
                values.push_back(average.value());
            }
        }
        std::vector<double> expected(inputs.size());
        int begin = 0;
        int count = 0;
        ASSERT_EQ(TA_EMA(0,
                         static_cast<int>(inputs.size()) - 1,
                         inputs.data(),
                         period,
                         &begin,
                         &count,
                         expected.data()),
                  TA_SUCCESS);
        expected.resize(static_cast<std::size_t>(count));
        EXPECT_EQ(values, expected) << period;
    }
}

TEST(ExponentialAverage, goes_on_after_a_restore_as_if_nothing_had_happened) {
    ExponentialAverage steady(8);
    ExponentialAverage revived(8);
    for (const double close : closes(30)) {
        ExponentialAverage fresh(8);
        fresh.restore(revived.memory(), revived.is_defined());
        revived = fresh;
        steady.push(close);
        revived.push(close);
        ASSERT_EQ(steady.is_defined(), revived.is_defined());
        ASSERT_EQ(steady.value(), revived.value());
    }
}

TEST(ExponentialAverage, refuses_periods_that_average_nothing) {
    EXPECT_THROW(ExponentialAverage(1), std::invalid_argument);
    EXPECT_THROW(ExponentialAverage(100'001), std::invalid_argument);
}

TEST(PriceTrend, is_unknown_before_34_closes) {
    EXPECT_EQ(trend_of(line(33, 100, 1)), Trend::unknown);
    EXPECT_EQ(trend_of(line(34, 100, 1)), Trend::up);
}

TEST(PriceTrend, is_up_where_close_and_averages_stand_in_order_and_down_the_other_way_round) {
    EXPECT_EQ(trend_of(line(100, 100, 1)), Trend::up);
    EXPECT_EQ(trend_of(line(100, 300, -1)), Trend::down);
}

TEST(PriceTrend, is_mixed_where_they_do_not) {
    auto inputs = line(100, 100, 1);
    inputs.push_back(150);  // Below all averages, which still stand in the order of a rise.
    EXPECT_EQ(trend_of(inputs), Trend::mixed);
}

TEST(PriceTrend, takes_equality_for_up) {
    EXPECT_EQ(trend_of(line(50, 100, 0)), Trend::up);
}

TEST(PriceTrend, of_a_walk_is_counted_as_by_hand) {
    PriceTrend trend;
    BarWalk walk(20, 10'000, 86'400);
    std::array<int, 4> seen{};
    for (int day = 0; day < 400; ++day) {
        trend.push(static_cast<double>(walk.next().close * 10'000'000) / 1e9);
        ++seen[static_cast<std::size_t>(static_cast<int>(trend.trend()) + 1)];
    }
    // Down, mixed, up, unknown; from a separate program.
    EXPECT_EQ(seen, (std::array<int, 4>{41, 171, 155, 33}));
}

TEST(PriceTrend, goes_on_after_a_restore_as_if_nothing_had_happened) {
    PriceTrend steady;
    PriceTrend revived;
    for (const double close : closes(100)) {
        PriceTrend fresh;
        fresh.restore(revived.memory());
        revived = fresh;
        steady.push(close);
        revived.push(close);
        ASSERT_EQ(steady.trend(), revived.trend());
    }
}

}  // namespace
}  // namespace drover
