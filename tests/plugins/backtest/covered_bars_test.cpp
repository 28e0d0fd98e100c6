// The union of intervals of bars.
#include "backtest/covered_bars.hpp"

#include <gtest/gtest.h>

namespace drover {
namespace {

TEST(CoveredBars, counts_both_ends_of_an_interval) {
    CoveredBars bars;
    bars.add(2, 4);
    EXPECT_EQ(bars.count(), 3);
}

TEST(CoveredBars, counts_a_bar_once_however_many_trades_cover_it) {
    CoveredBars bars;
    bars.add(2, 4);
    bars.add(4, 6);
    bars.add(8, 8);
    bars.add(0, 9);
    EXPECT_EQ(bars.count(), 10);
}

TEST(CoveredBars, keeps_only_the_count_of_what_no_later_trade_can_touch) {
    CoveredBars bars;
    bars.add(1, 2);
    bars.add(5, 6);
    bars.settle_before(4);
    EXPECT_EQ(bars.intervals.size(), 1U);
    EXPECT_EQ(bars.count(), 4);
    bars.add(4, 7);
    EXPECT_EQ(bars.count(), 6);
}

}  // namespace
}  // namespace drover
