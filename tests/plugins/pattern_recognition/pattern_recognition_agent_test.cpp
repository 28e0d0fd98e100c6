// The pattern recognition agent: signals, gaps, warm-up, restarts.
#include "pattern_recognition/pattern_recognition_agent.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/testing/harness.hpp>

namespace drover {
namespace {

using testing::Harness;
using ::testing::HasSubstr;

constexpr std::int64_t day = 86'400'000'000'000;
constexpr std::int64_t one = 1'000'000'000;
constexpr const char* bar_topic = "market.bar.SPX.1d";
constexpr const char* periods = R"({"crossover": {"fast": 1, "slow": 2}})";

drover_bar bar_of(int number, std::int64_t close, std::uint32_t flags = 0) {
    drover_bar bar{};
    set_text(bar.symbol, "SPX");
    set_text(bar.interval, "1d");
    bar.open_time = number * day;
    bar.close_time = (number + 1) * day;
    bar.open = bar.high = bar.low = bar.close = close * one;
    bar.flags = flags;
    return bar;
}

void give(Harness& harness, int number, std::int64_t close, std::uint32_t flags = 0) {
    harness.deliver(bar_topic, bar_of(number, close, flags), (number + 1) * day, "market-data");
}

std::vector<drover_signal> signals(Harness& harness) {
    return harness.take<drover_signal>("pattern.crossover.SPX");
}

struct PatternRecognition : ::testing::Test {
    Harness harness{library<PatternRecognitionAgent>(), "pattern_recognition", periods};
    void SetUp() override { ASSERT_EQ(harness.start(), DROVER_OK); }
};

TEST_F(PatternRecognition, publishes_a_signal_with_the_numbers_in_words) {
    give(harness, 0, 3);
    give(harness, 1, 2);
    EXPECT_TRUE(signals(harness).empty());
    give(harness, 2, 3);
    const auto found = signals(harness);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].direction, DROVER_DIRECTION_UP);
    EXPECT_EQ(text_of(found[0].pattern), "sma_crossover");
    EXPECT_EQ(found[0].price, 3 * one);
    EXPECT_DOUBLE_EQ(found[0].fast, 3.0);
    EXPECT_DOUBLE_EQ(found[0].slow, 2.5);
    EXPECT_EQ(text_of(found[0].reason),
              "SMA 1 (3.0000) crossed above SMA 2 (2.5000) at close 3 on 1970-01-03");
}

TEST_F(PatternRecognition, publishes_in_the_event_time_of_the_bar) {
    give(harness, 0, 3);
    give(harness, 1, 2);
    give(harness, 2, 3);
    ASSERT_EQ(harness.published().size(), 1U);
    EXPECT_EQ(harness.published()[0].event_time, 3 * day);
}

TEST_F(PatternRecognition, keeps_symbols_and_intervals_apart) {
    give(harness, 0, 3);
    give(harness, 1, 2);
    drover_bar other = bar_of(2, 9);
    set_text(other.interval, "1h");
    harness.deliver("market.bar.SPX.1h", other, 3 * day, "market-data");
    EXPECT_TRUE(signals(harness).empty());
    give(harness, 2, 3);
    EXPECT_EQ(signals(harness).size(), 1U);
}

TEST_F(PatternRecognition, takes_all_records_of_a_message) {
    harness.deliver(
        bar_topic, std::vector{bar_of(0, 3), bar_of(1, 2), bar_of(2, 3)}, 3 * day, "market-data");
    EXPECT_EQ(signals(harness).size(), 1U);
}

TEST_F(PatternRecognition, lets_warm_up_bars_move_the_side_and_publishes_nothing_for_them) {
    give(harness, 0, 3, DROVER_BAR_WARM_UP);
    give(harness, 1, 2, DROVER_BAR_WARM_UP);
    give(harness, 2, 3, DROVER_BAR_WARM_UP);
    EXPECT_TRUE(signals(harness).empty());
    give(harness, 3, 2);
    const auto found = signals(harness);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].direction, DROVER_DIRECTION_DOWN);
}

TEST_F(PatternRecognition, drops_bars_that_are_not_later_than_the_last) {
    give(harness, 0, 3);
    give(harness, 1, 2);
    give(harness, 1, 9);
    EXPECT_TRUE(signals(harness).empty());
}

TEST_F(PatternRecognition, starts_the_averages_again_after_lost_bars_and_says_so) {
    give(harness, 0, 3);
    give(harness, 1, 2);
    harness.lose(bar_topic, 1, "market-data");
    give(harness, 3, 9);
    EXPECT_TRUE(signals(harness).empty());
    EXPECT_EQ(harness.health().level, DROVER_HEALTH_DEGRADED);
    EXPECT_THAT(harness.health().text, HasSubstr("1 bar message(s) were lost before 1970-01-04"));
    give(harness, 4, 8);
    EXPECT_TRUE(signals(harness).empty()) << "the first side after a gap is no signal";
    EXPECT_EQ(harness.health().level, DROVER_HEALTH_HEALTHY);
    give(harness, 5, 9);
    EXPECT_EQ(signals(harness).size(), 1U);
}

TEST_F(PatternRecognition, goes_on_after_a_restart_as_if_nothing_had_happened) {
    give(harness, 0, 3);
    give(harness, 1, 2);
    ASSERT_EQ(harness.restart(), DROVER_OK);
    give(harness, 2, 3);
    EXPECT_EQ(signals(harness).size(), 1U);
}

TEST(PatternRecognitionConfig, refuses_a_fast_average_that_is_not_shorter) {
    Harness harness(library<PatternRecognitionAgent>(),
                    "pattern_recognition",
                    R"({"crossover": {"fast": 20, "slow": 20}})");
    EXPECT_NE(harness.start(), DROVER_OK);
    ASSERT_TRUE(harness.failure().has_value());
    EXPECT_THAT(harness.failure()->text, HasSubstr("crossover.fast is 20"));
}

}  // namespace
}  // namespace drover
