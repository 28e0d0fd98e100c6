// A series of bars: what it takes for a hole.
#include "pattern_recognition/bar_series.hpp"

#include <gtest/gtest.h>

namespace drover {
namespace {

BarSeries series() {
    return {"SPX", "1d", SmaCrossover(1, 2)};
}

TEST(BarSeries, takes_the_hosts_count_of_lost_messages) {
    BarSeries bars = series();
    EXPECT_EQ(bars.arrive({1, 1, 1}, 0), 0U);
    EXPECT_EQ(bars.arrive({1, 1, 2}, 4), 4U);
    EXPECT_TRUE(bars.is_refilling());
}

TEST(BarSeries, notices_what_was_lost_between_two_lives_of_the_agent) {
    BarSeries bars = series();
    bars.arrive({1, 1, 7}, 0);
    BarSeries revived = series();
    revived.restore(bars.memory(), bars.crossover());
    EXPECT_EQ(revived.arrive({1, 1, 9}, 0), 1U);
    EXPECT_TRUE(revived.is_refilling());
}

TEST(BarSeries, expects_a_new_row_from_a_new_life_of_the_publisher) {
    BarSeries bars = series();
    bars.arrive({1, 1, 7}, 0);
    EXPECT_EQ(bars.arrive({1, 2, 1}, 0), 0U);
    EXPECT_EQ(bars.arrive({2, 1, 5}, 0), 0U) << "another publisher has a row of its own";
    EXPECT_FALSE(bars.is_refilling());
}

TEST(BarSeries, counts_late_bars_and_leaves_the_averages_alone) {
    BarSeries bars = series();
    drover_bar bar{};
    bar.close_time = 10;
    bar.close = 5;
    bars.take(bar);
    bars.take(bar);
    EXPECT_EQ(bars.late_bars(), 1U);
    EXPECT_EQ(bars.crossover().known(), 1U);
}

}  // namespace
}  // namespace drover
