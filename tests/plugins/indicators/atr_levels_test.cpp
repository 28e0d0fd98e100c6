// ATR levels: when they appear, which bars touch them, what a hole in the data does.
#include "indicators/atr_levels.hpp"

#include <gmock/gmock.h>

#include "tests/plugins/spans.hpp"

namespace drover {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t one = 1'000'000'000;
constexpr std::int64_t monday = 4 * day;  // 1970-01-05

LevelBar bar(std::int64_t open_time, std::int64_t low, std::int64_t high, std::int64_t close) {
    return {open_time, open_time + day, high * one, low * one, close * one};
}

/// The multiples of the levels that a bar touches, in thousandths.
std::vector<std::int64_t> touched(AtrLevels& levels, const LevelBar& next) {
    std::vector<LevelTouch> touches;
    levels.push(next, touches);
    std::vector<std::int64_t> multiples;
    for (const LevelTouch& touch : touches) {
        const std::int64_t multiple = atr_level_thousandths[touch.level.index];
        multiples.push_back(touch.level.is_above ? multiple : -multiple);
    }
    return multiples;
}

/// Days whose true range is always 10, from 95 to 105, closing at 100.
void give_days(AtrLevels& levels, int first, int count) {
    for (int number = first; number < first + count; ++number) {
        EXPECT_THAT(touched(levels, bar(number * day, 95, 105, 100)), IsEmpty());
    }
}

/// The same, with levels around 100 and an average of 10 in day 15.
AtrLevels after_15_days() {
    AtrLevels levels(PeriodMode::day);
    give_days(levels, 0, 15);
    return levels;
}

TEST(AtrLevels, appear_with_the_first_bar_after_15_completed_periods) {
    AtrLevels levels(PeriodMode::day);
    give_days(levels, 0, 15);
    EXPECT_FALSE(levels.has_levels()) << "the fifteenth day is still running";
    EXPECT_EQ(levels.periods_known(), 14U);
    EXPECT_EQ(levels.periods_needed(), 15U);
    (void)touched(levels, bar(15 * day, 100, 101, 100));
    ASSERT_TRUE(levels.has_levels());
    EXPECT_EQ(levels.last_close(), 100 * one);
    EXPECT_EQ(levels.average_range(), 10);
    EXPECT_EQ(levels.running_period(), 15 * day);
}

TEST(AtrLevels, lie_at_the_multiples_of_the_average_around_the_last_close) {
    AtrLevels levels = after_15_days();
    (void)touched(levels, bar(15 * day, 100, 101, 100));
    std::vector<std::int64_t> above;
    std::vector<std::int64_t> below;
    for (std::size_t index = 0; index < atr_level_count; ++index) {
        above.push_back(levels.price({index, true}));
        below.push_back(levels.price({index, false}));
    }
    std::vector<std::int64_t> expected_above;
    std::vector<std::int64_t> expected_below;
    for (const std::int64_t hundredths : {236,
                                          382,
                                          500,
                                          618,
                                          786,
                                          1000,
                                          1236,
                                          1382,
                                          1500,
                                          1618,
                                          1786,
                                          2000,
                                          2236,
                                          2382,
                                          2500,
                                          2618,
                                          2786,
                                          3000}) {
        expected_above.push_back(100 * one + hundredths * one / 100);
        expected_below.push_back(100 * one - hundredths * one / 100);
    }
    EXPECT_EQ(above, expected_above);
    EXPECT_EQ(below, expected_below);
}

TEST(AtrLevels, can_be_touched_by_the_bar_that_they_appear_with) {
    AtrLevels levels = after_15_days();
    EXPECT_THAT(touched(levels, bar(15 * day, 97, 104, 103)), ElementsAre(236, 382, -236));
}

TEST(AtrLevels, do_not_move_in_their_period_and_are_touched_once) {
    AtrLevels levels = after_15_days();
    const auto minute = [](int number, std::int64_t low, std::int64_t high) {
        return LevelBar{15 * day + number * hour,
                        15 * day + (number + 1) * hour,
                        high * one,
                        low * one,
                        high * one};
    };
    EXPECT_THAT(touched(levels, minute(0, 100, 103)), ElementsAre(236));
    EXPECT_THAT(touched(levels, minute(1, 102, 103)), IsEmpty()) << "touched already";
    EXPECT_THAT(touched(levels, minute(2, 102, 105)), ElementsAre(382, 500));
    EXPECT_EQ(levels.last_close(), 100 * one);
    EXPECT_EQ(levels.average_range(), 10);
    EXPECT_EQ(levels.range_percent(), 50);
}

TEST(AtrLevels, can_be_touched_again_in_the_next_period) {
    AtrLevels levels = after_15_days();
    EXPECT_THAT(touched(levels, bar(15 * day, 100, 103, 100)), ElementsAre(236));
    // The average is (13 * 10 + 3) / 14 = 9.5 now, so the first level lies at 102.242.
    EXPECT_THAT(touched(levels, bar(16 * day, 100, 103, 100)), ElementsAre(236));
    EXPECT_EQ(levels.average_range(), 9.5);
    EXPECT_EQ(levels.price({0, true}), 102'242'000'000);
}

TEST(AtrLevels, are_touched_by_a_low_or_high_that_just_reaches_them) {
    AtrLevels levels = after_15_days();
    LevelBar next = bar(15 * day, 100, 100, 100);
    next.high = 102'360'000'000;
    next.low = 97'640'000'001;
    EXPECT_THAT(touched(levels, next), ElementsAre(236));
    next.low = 97'640'000'000;
    EXPECT_THAT(touched(levels, next), ElementsAre(-236));
}

TEST(AtrLevels, between_the_close_before_and_the_bar_are_jumped_over) {
    AtrLevels levels = after_15_days();
    std::vector<LevelTouch> touches;
    levels.push(bar(15 * day, 104, 106, 105), touches);
    ASSERT_EQ(touches.size(), 3U);
    EXPECT_TRUE(touches[0].is_jumped_over) << "102.36, under the low of 104";
    EXPECT_TRUE(touches[1].is_jumped_over) << "103.82";
    EXPECT_FALSE(touches[2].is_jumped_over) << "105";
    EXPECT_EQ(touches[2].price, 105 * one);
}

TEST(AtrLevels, count_a_first_week_only_if_the_data_begin_on_its_monday) {
    for (const int weekday : {0, 1, 4}) {
        AtrLevels levels(PeriodMode::multiday);
        give_days(levels, 4 + weekday, 5 - weekday);
        for (int week = 1; week < 15; ++week) {
            give_days(levels, 4 + 7 * week, 5);
        }
        (void)touched(levels, bar(monday + 15 * 7 * day, 100, 100, 100));
        EXPECT_EQ(levels.has_levels(), weekday == 0) << "data begin on weekday " << weekday;
    }
}

TEST(AtrLevels, gather_the_bars_of_a_week) {
    AtrLevels levels(PeriodMode::multiday);
    for (int week = 0; week < 15; ++week) {
        give_days(levels, 4 + 7 * week, 2);
        (void)touched(levels, bar(monday + (7 * week + 2) * day, 90, 100, 92));
        (void)touched(levels, bar(monday + (7 * week + 4) * day, 95, 110, 104));
    }
    (void)touched(levels, bar(monday + 15 * 7 * day, 104, 104, 104));
    ASSERT_TRUE(levels.has_levels());
    EXPECT_EQ(levels.last_close(), 104 * one);
    EXPECT_EQ(levels.average_range(), 20);
}

TEST(AtrLevels, take_the_close_of_the_last_session_that_there_was) {
    AtrLevels levels = after_15_days();
    // Nothing traded for three days.
    (void)touched(levels, bar(18 * day, 100, 100, 100));
    ASSERT_TRUE(levels.has_levels());
    EXPECT_EQ(levels.last_close(), 100 * one);
    EXPECT_EQ(levels.average_range(), 10);
}

TEST(AtrLevels, are_gone_after_a_restart_until_15_periods_are_complete_again) {
    AtrLevels levels = after_15_days();
    (void)touched(levels, bar(15 * day, 100, 100, 100));
    ASSERT_TRUE(levels.has_levels());
    levels.restart();
    EXPECT_FALSE(levels.has_levels());
    give_days(levels, 20, 15);
    EXPECT_FALSE(levels.has_levels());
    (void)touched(levels, bar(35 * day, 100, 100, 100));
    EXPECT_TRUE(levels.has_levels());
}

TEST(AtrLevels, do_not_count_a_period_that_bars_were_lost_from) {
    const auto hour_bar = [](std::int64_t open_time) {
        return LevelBar{open_time, open_time + hour, 105 * one, 95 * one, 100 * one};
    };
    AtrLevels cut(PeriodMode::day);
    AtrLevels whole(PeriodMode::day);
    cut.restart();
    whole.restart();
    (void)touched(cut, hour_bar(14 * hour));
    (void)touched(whole, hour_bar(0));
    for (int number = 1; number < 16; ++number) {
        (void)touched(cut, hour_bar(number * day));
        (void)touched(whole, hour_bar(number * day));
        EXPECT_FALSE(cut.has_levels()) << number;
        EXPECT_EQ(whole.has_levels(), number == 15) << number;
    }
    (void)touched(cut, hour_bar(16 * day));
    EXPECT_TRUE(cut.has_levels());
}

TEST(AtrLevels, do_not_exist_where_the_price_never_moves) {
    AtrLevels levels(PeriodMode::day);
    for (int number = 0; number < 30; ++number) {
        EXPECT_THAT(touched(levels, bar(number * day, 100, 100, 100)), IsEmpty());
    }
    EXPECT_FALSE(levels.has_levels());
    EXPECT_EQ(levels.periods_known(), 15U);
}

TEST(AtrLevels, are_not_made_of_bars_longer_than_a_period) {
    AtrLevels levels(PeriodMode::day);
    for (int number = 0; number < 30; ++number) {
        LevelBar week = bar(number * 7 * day, 95, 105, 100);
        week.close_time = week.open_time + 7 * day;
        EXPECT_THAT(touched(levels, week), IsEmpty());
    }
    EXPECT_FALSE(levels.has_levels());
    EXPECT_TRUE(levels.has_too_long_bars());
}

TEST(AtrLevels, stay_within_the_range_of_prices) {
    AtrLevels levels(PeriodMode::day);
    constexpr std::int64_t huge = INT64_MAX / one - 1;
    for (int number = 0; number < 20; ++number) {
        (void)touched(levels, bar(number * day, -huge, huge, huge));
    }
    ASSERT_TRUE(levels.has_levels());
    EXPECT_EQ(levels.price({atr_level_count - 1, true}), INT64_MAX);
    EXPECT_LT(levels.price({0, false}), levels.last_close());
}

}  // namespace
}  // namespace drover
