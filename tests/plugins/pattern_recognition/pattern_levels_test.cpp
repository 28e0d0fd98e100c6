// ATR levels through the agent: records when they appear, one signal a touch, gaps, warm-up,
// restarts.
#include <cstring>

#include <gmock/gmock.h>

#include "pattern_bars.hpp"
#include "pattern_recognition/level_text.hpp"

namespace drover {
namespace {

using testing::Harness;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* both_modes =
    R"({"crossover": {"fast": 1, "slow": 2}, "atr_levels": {"modes": ["day", "multiday"]}})";
constexpr const char* days =
    R"({"crossover": {"fast": 1, "slow": 2}, "atr_levels": {"modes": ["day"]}})";

/// Days with a true range of 10 that close at 100.
void give_days(Harness& harness, int first, int count, std::uint32_t flags = 0) {
    for (int number = first; number < first + count; ++number) {
        give(harness, bar_of(number, 95, 105, 100, flags));
    }
}

std::vector<LevelsRecord> records(Harness& harness) {
    return harness.take<LevelsRecord>("pattern.atr_levels.SPX");
}

std::vector<drover_signal> touches(Harness& harness) {
    return harness.take<drover_signal>("pattern.level.SPX");
}

struct PatternLevels : ::testing::Test {
    Harness harness{library<PatternRecognitionAgent>(), "pattern_recognition", days};
    void SetUp() override { ASSERT_EQ(harness.start(), DROVER_OK); }
};

TEST_F(PatternLevels, are_published_with_the_first_bar_of_the_sixteenth_day) {
    give_days(harness, 0, 15);
    EXPECT_TRUE(records(harness).empty());
    give(harness, bar_of(15, 99, 104, 101));
    const auto found = records(harness);
    ASSERT_EQ(found.size(), 1U);
    const LevelsRecord& record = found[0];
    EXPECT_EQ(text_of(record.symbol), "SPX");
    EXPECT_EQ(text_of(record.interval), "1d");
    EXPECT_EQ(text_of(record.mode), "day");
    EXPECT_EQ(record.period_start, 15 * day);
    EXPECT_EQ(record.last_close, 100 * one);
    EXPECT_EQ(record.average_range, 10);
    EXPECT_EQ(record.range_percent, 50);
    EXPECT_EQ(record.trend, static_cast<std::int32_t>(Trend::unknown));
    EXPECT_EQ(record.multiples[5], 1);
    EXPECT_EQ(record.above[5], 110 * one);
    EXPECT_EQ(record.below[5], 90 * one);
    EXPECT_EQ(record.above[17], 130 * one);
    EXPECT_EQ(harness.published().back().event_time, 16 * day) << "the bar's";
}

TEST_F(PatternLevels, that_are_touched_give_a_signal_with_the_numbers_in_words) {
    give_days(harness, 0, 15);
    give(harness, bar_of(15, 99, 103, 102));
    const auto found = touches(harness);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(text_of(found[0].pattern), "atr_level_day");
    EXPECT_EQ(found[0].direction, DROVER_DIRECTION_NONE) << "a level is a place, no forecast";
    EXPECT_EQ(found[0].price, 102 * one);
    EXPECT_DOUBLE_EQ(found[0].fast, 102.36);
    EXPECT_DOUBLE_EQ(found[0].slow, 0.236);
    EXPECT_EQ(
        text_of(found[0].reason),
        "day level +0.236 ATR at 102.36 touched on 1970-01-16: last close 100.00, ATR 10.0000, "
        "range 40 % (low), trend unknown");
}

TEST_F(PatternLevels, that_were_jumped_over_say_so) {
    give_days(harness, 0, 15);
    give(harness, bar_of(15, 93, 94, 94));
    const auto found = touches(harness);
    ASSERT_EQ(found.size(), 4U);
    EXPECT_THAT(std::string(text_of(found[0].reason)),
                HasSubstr("day level -0.236 ATR at 97.6400 jumped over"));
    EXPECT_THAT(std::string(text_of(found[3].reason)),
                HasSubstr("day level -0.618 ATR at 93.8200 touched"));
}

TEST_F(PatternLevels, never_reach_a_reason_that_is_cut) {
    AtrLevels levels(PeriodMode::multiday);
    PriceTrend trend;
    std::vector<LevelTouch> none;
    drover_bar bar = bar_of(0, 0);
    for (int week = 0; week < 16; ++week) {
        levels.push({(4 + 7 * week) * day, (5 + 7 * week) * day, 9'000'000'000 * one, one, one},
                    none);
    }
    ASSERT_TRUE(levels.has_levels());
    bar.open_time = 1'577'957'400'000'000'000;
    const drover_signal signal =
        touch_signal(levels, {{16, false}, levels.price({16, false}), true}, trend, bar);
    EXPECT_TRUE(text_of(signal.reason).ends_with("trend unknown")) << text_of(signal.reason);
}

TEST_F(PatternLevels, are_touched_once_a_day) {
    give_days(harness, 0, 15);
    drover_bar hour = bar_of(15, 99, 103, 102);
    for (int number = 0; number < 3; ++number) {
        hour.open_time = 15 * day + number * day / 24;
        hour.close_time = hour.open_time + day / 24;
        give(harness, hour);
    }
    EXPECT_EQ(touches(harness).size(), 1U);
    EXPECT_EQ(records(harness).size(), 1U);
}

TEST_F(PatternLevels, that_are_missing_are_told_with_what_they_wait_for) {
    give_days(harness, 0, 3);
    EXPECT_THAT(harness.health().text,
                HasSubstr("SPX 1d: no day levels: 2 of 15 completed periods are known"));
    give_days(harness, 3, 13);
    EXPECT_EQ(harness.health().level, DROVER_HEALTH_HEALTHY);
    EXPECT_THAT(harness.health().text, HasSubstr("ATR levels: day"));
    EXPECT_THAT(harness.health().text, Not(HasSubstr("no day levels")));
}

TEST_F(PatternLevels, move_with_warm_up_bars_and_are_published_behind_them) {
    give_days(harness, 0, 15, DROVER_BAR_WARM_UP);
    drover_bar hour = bar_of(15, 99, 103, 102, DROVER_BAR_WARM_UP);
    hour.close_time = hour.open_time + day / 24;
    give(harness, hour);
    EXPECT_TRUE(records(harness).empty());
    EXPECT_TRUE(touches(harness).empty());
    hour.open_time = hour.close_time;
    hour.close_time += day / 24;
    hour.high = 104 * one;
    hour.flags = 0;
    give(harness, hour);
    EXPECT_EQ(records(harness).size(), 1U);
    const auto found = touches(harness);
    ASSERT_EQ(found.size(), 1U) << "0.236 was touched in the warm-up";
    EXPECT_DOUBLE_EQ(found[0].slow, 0.382);
}

TEST_F(PatternLevels, are_gone_after_lost_bars_and_come_back) {
    give_days(harness, 0, 16);
    EXPECT_EQ(records(harness).size(), 1U);
    EXPECT_FALSE(touches(harness).empty());
    harness.lose(bar_topic, 1, "market-data");
    give_days(harness, 17, 15);
    EXPECT_TRUE(records(harness).empty());
    EXPECT_TRUE(touches(harness).empty());
    EXPECT_THAT(harness.health().text,
                HasSubstr("no day levels: 14 of 15 completed periods are known"));
    give_days(harness, 32, 1);
    EXPECT_EQ(records(harness).size(), 1U);
}

TEST(PatternLevelsState, goes_on_after_each_restart_as_if_nothing_had_happened) {
    Harness steady(library<PatternRecognitionAgent>(), "pattern_recognition", both_modes);
    Harness revived(library<PatternRecognitionAgent>(), "pattern_recognition", both_modes);
    ASSERT_EQ(steady.start(), DROVER_OK);
    ASSERT_EQ(revived.start(), DROVER_OK);
    std::size_t levels = 0;
    for (int number = 4; number < 160; ++number) {
        const std::int64_t close = 100 + (number * number) % 17 - 8;
        for (Harness* harness : {&steady, &revived}) {
            give(*harness, bar_of(number, close - 3, close + 4, close));
        }
        ASSERT_EQ(revived.restart(), DROVER_OK);
        const auto expected = records(steady);
        const auto found = records(revived);
        ASSERT_EQ(expected.size(), found.size()) << number;
        levels += expected.size();
        for (std::size_t index = 0; index < expected.size(); ++index) {
            EXPECT_EQ(std::memcmp(&expected[index], &found[index], sizeof(LevelsRecord)), 0);
        }
        const auto expected_touches = touches(steady);
        const auto found_touches = touches(revived);
        ASSERT_EQ(expected_touches.size(), found_touches.size()) << number;
        for (std::size_t index = 0; index < expected_touches.size(); ++index) {
            EXPECT_EQ(text_of(expected_touches[index].reason),
                      text_of(found_touches[index].reason));
        }
    }
    EXPECT_GT(levels, 140U);
}

TEST_F(PatternLevels, of_another_configuration_are_dropped_from_the_saved_state) {
    give_days(harness, 0, 16);
    ASSERT_EQ(records(harness).size(), 1U);
    harness.stop();
    Harness other(
        library<PatternRecognitionAgent>(),
        "pattern_recognition",
        R"({"crossover": {"fast": 1, "slow": 2}, "atr_levels": {"modes": ["multiday"]}})");
    other.set_saved_state(harness.saved_state().value(), 1);
    ASSERT_EQ(other.start(), DROVER_OK);
    give(other, bar_of(16, 90, 110, 100));
    EXPECT_TRUE(touches(other).empty());
    EXPECT_TRUE(records(other).empty());
    EXPECT_THAT(other.health().text,
                HasSubstr("no multiday levels: 0 of 15 completed periods are known"));
}

TEST(PatternLevelsConfig, is_off_without_its_key) {
    Harness harness(library<PatternRecognitionAgent>(),
                    "pattern_recognition",
                    R"({"crossover": {"fast": 10, "slow": 20}})");
    ASSERT_EQ(harness.start(), DROVER_OK);
    for (int number = 0; number < 20; ++number) {
        give(harness, bar_of(number, 90, 110, 100));
    }
    EXPECT_TRUE(harness.published().empty());
    EXPECT_THAT(harness.health().text, Not(HasSubstr("ATR")));
}

TEST(PatternLevelsConfig, means_both_modes_where_it_names_none) {
    Harness harness(
        library<PatternRecognitionAgent>(), "pattern_recognition", R"({"atr_levels": {}})");
    ASSERT_EQ(harness.start(), DROVER_OK);
    EXPECT_THAT(harness.health().text, HasSubstr("ATR levels: day and multiday"));
    for (int number = 4; number < 4 + 7 * 15 + 1; ++number) {
        give(harness, bar_of(number, 95, 105, 100));
    }
    const auto found = records(harness);
    ASSERT_EQ(found.size(), 7U * 15U + 1U - 15U + 1U) << "each day from the 16th, and one week";
    EXPECT_EQ(text_of(found.back().mode), "multiday");
    EXPECT_EQ(found.back().average_range, 10);
}

}  // namespace
}  // namespace drover
