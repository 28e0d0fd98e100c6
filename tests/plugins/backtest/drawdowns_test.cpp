// Drawdowns on series short enough to follow by hand.
#include "backtest/drawdowns.hpp"

#include <cmath>
#include <initializer_list>

#include <gtest/gtest.h>

namespace drover {
namespace {

Drawdowns drawdowns_of(std::initializer_list<double> equities) {
    Drawdowns drawdowns;
    std::int64_t time = 0;
    for (const double equity : equities) {
        drawdowns.add(10 * time++, equity);
    }
    return drawdowns;
}

TEST(Drawdowns, measures_the_deepest_fall_from_the_peak_so_far) {
    EXPECT_DOUBLE_EQ(drawdowns_of({100, 80, 120, 90, 130}).deepest, 0.25);
}

TEST(Drawdowns, are_counted_from_peak_to_recovery) {
    const Drawdowns found = drawdowns_of({100, 80, 100, 120, 90, 60, 130, 140}).finished();
    EXPECT_EQ(found.count, 2U);
    EXPECT_DOUBLE_EQ(found.average_size(), (0.2 + 0.5) / 2);
    EXPECT_EQ(found.longest, 30);
    EXPECT_DOUBLE_EQ(found.average_duration(), (20 + 30) / 2.0);
}

TEST(Drawdowns, end_with_the_last_bar_when_they_are_open) {
    const Drawdowns open = drawdowns_of({100, 80, 90});
    EXPECT_EQ(open.count, 0U);
    EXPECT_EQ(open.finished().count, 1U);
    EXPECT_EQ(open.finished().longest, 20);
}

TEST(Drawdowns, need_a_bar_between_the_two_ends) {
    EXPECT_EQ(drawdowns_of({100, 80}).finished().count, 0U)
        << "the last bar follows the peak at once";
    EXPECT_EQ(drawdowns_of({100, 110, 120}).finished().count, 0U);
    EXPECT_TRUE(std::isnan(drawdowns_of({100, 110}).finished().average_size()));
}

TEST(Drawdowns, give_the_ulcer_index_over_all_bars) {
    EXPECT_DOUBLE_EQ(drawdowns_of({100, 80, 60, 100}).ulcer_index(), std::sqrt((0.04 + 0.16) / 4));
}

}  // namespace
}  // namespace drover
