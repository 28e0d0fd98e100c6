// The advisor: which target follows from which signal.
#include "advisor/advisor_agent.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/testing/harness.hpp>

namespace drover {
namespace {

using testing::Harness;

drover_signal signal_of(std::int32_t direction) {
    drover_signal signal{};
    set_text(signal.symbol, "BRK.B");
    set_text(signal.interval, "1d");
    set_text(signal.reason, "SMA 10 (2) crossed SMA 20 (1)");
    signal.price = 5'000'000'000;
    signal.direction = direction;
    return signal;
}

drover_advice advice_after(Harness& harness, std::int32_t direction) {
    EXPECT_EQ(harness.start(), DROVER_OK);
    harness.deliver("pattern.crossover.BRK_B", signal_of(direction), 100);
    const auto advices = harness.take<drover_advice>("advice.BRK_B");
    EXPECT_EQ(advices.size(), 1U);
    return advices.empty() ? drover_advice{} : advices.front();
}

TEST(Advisor, advises_to_be_long_after_a_rising_signal) {
    Harness harness(library<AdvisorAgent>(), "advisor");
    const drover_advice advice = advice_after(harness, DROVER_DIRECTION_UP);
    EXPECT_EQ(advice.target, DROVER_TARGET_LONG);
    EXPECT_EQ(text_of(advice.symbol), "BRK.B");
    EXPECT_EQ(advice.price, 5'000'000'000);
    EXPECT_EQ(advice.stop, DROVER_NO_VALUE);
    EXPECT_THAT(std::string(text_of(advice.reason)),
                ::testing::HasSubstr("SMA 10 (2) crossed SMA 20 (1)"));
}

TEST(Advisor, advises_to_be_flat_after_a_falling_signal_by_default) {
    Harness harness(library<AdvisorAgent>(), "advisor");
    EXPECT_EQ(advice_after(harness, DROVER_DIRECTION_DOWN).target, DROVER_TARGET_FLAT);
}

TEST(Advisor, advises_to_be_short_after_a_falling_signal_where_that_is_allowed) {
    Harness harness(library<AdvisorAgent>(), "advisor", R"({"direction": "long_short"})");
    EXPECT_EQ(advice_after(harness, DROVER_DIRECTION_DOWN).target, DROVER_TARGET_SHORT);
}

TEST(Advisor, has_no_advice_for_a_signal_without_direction) {
    Harness harness(library<AdvisorAgent>(), "advisor");
    ASSERT_EQ(harness.start(), DROVER_OK);
    harness.deliver("pattern.crossover.BRK_B", signal_of(DROVER_DIRECTION_NONE), 100);
    EXPECT_TRUE(harness.published().empty());
}

}  // namespace
}  // namespace drover
