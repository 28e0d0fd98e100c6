// The average true range: Wilder's numbers, and TA-Lib's over the whole row.
#include "indicators/average_true_range.hpp"

#include <stdexcept>

#include <gtest/gtest.h>
#include <ta_libc.h>

#include "bar_generator/bar_walk.hpp"

namespace drover {
namespace {

/// Daily ranges of a made-up market, in price.
std::vector<PriceRange> ranges(int count) {
    BarWalk walk(11, 10'000, 86'400);
    std::vector<PriceRange> made;
    for (int day = 0; day < count; ++day) {
        const WalkBar bar = walk.next();
        made.push_back({static_cast<double>(bar.high) / 100,
                        static_cast<double>(bar.low) / 100,
                        static_cast<double>(bar.close) / 100});
    }
    return made;
}

TEST(AverageTrueRange, has_its_first_value_at_the_fifteenth_period) {
    AverageTrueRange average(14);
    EXPECT_EQ(average.needed(), 15U);
    for (int period = 0; period < 14; ++period) {
        average.push({11, 10, 10});
        EXPECT_FALSE(average.is_defined()) << period;
        EXPECT_EQ(average.known(), static_cast<std::size_t>(period) + 1);
    }
    average.push({11, 10, 10});
    EXPECT_TRUE(average.is_defined());
    EXPECT_EQ(average.value(), 1);
}

TEST(AverageTrueRange, measures_from_the_close_before_and_smooths_as_wilder_does) {
    AverageTrueRange average(2);
    average.push({12, 8, 10});   // No range yet: nothing lies before.
    average.push({11, 9, 9});    // 2
    average.push({15, 13, 14});  // Jumped up from 9: 6
    EXPECT_EQ(average.value(), 4);
    average.push({10, 8, 8});  // Fell from 14: 6
    EXPECT_EQ(average.value(), 5);
    average.push({8, 7, 7});  // 1
    EXPECT_EQ(average.value(), 3);
}

TEST(AverageTrueRange, is_ta_libs_to_the_last_bit) {
    const auto periods = ranges(2000);
    std::vector<double> highs;
    std::vector<double> lows;
    std::vector<double> closes;
    AverageTrueRange average(14);
    std::vector<double> values;
    for (const PriceRange& period : periods) {
        highs.push_back(period.high);
        lows.push_back(period.low);
        closes.push_back(period.close);
        average.push(period);
        if (average.is_defined()) {
            values.push_back(average.value());
        }
    }
    std::vector<double> expected(periods.size());
    int begin = 0;
    int count = 0;
    ASSERT_EQ(TA_ATR(0,
                     static_cast<int>(periods.size()) - 1,
                     highs.data(),
                     lows.data(),
                     closes.data(),
                     14,
                     &begin,
                     &count,
                     expected.data()),
              TA_SUCCESS);
    expected.resize(static_cast<std::size_t>(count));
    EXPECT_EQ(begin, 14);
    EXPECT_EQ(values, expected);
}

TEST(AverageTrueRange, goes_on_after_a_restore_as_if_nothing_had_happened) {
    AverageTrueRange steady(14);
    AverageTrueRange revived(14);
    for (const PriceRange& period : ranges(60)) {
        AverageTrueRange fresh(14);
        fresh.restore(revived.memory());
        revived = fresh;
        steady.push(period);
        revived.push(period);
        ASSERT_EQ(steady.is_defined(), revived.is_defined());
        ASSERT_EQ(steady.value(), revived.value());
    }
}

TEST(AverageTrueRange, begins_anew_after_a_restart) {
    AverageTrueRange average(2);
    for (const PriceRange& period : ranges(10)) {
        average.push(period);
    }
    average.restart();
    EXPECT_FALSE(average.is_defined());
    EXPECT_EQ(average.known(), 0U);
}

TEST(AverageTrueRange, refuses_lengths_that_average_nothing) {
    EXPECT_THROW(AverageTrueRange(1), std::invalid_argument);
    EXPECT_THROW(AverageTrueRange(100'001), std::invalid_argument);
}

}  // namespace
}  // namespace drover
