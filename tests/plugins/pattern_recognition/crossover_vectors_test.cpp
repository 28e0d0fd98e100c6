// Vectors of crossovers through the agent: ties, a first bar that is already above, crosses one bar
// apart. With SMA 1 and 2 the fast average is above when a close is above the one before.
#include <gtest/gtest.h>

#include "pattern_bars.hpp"

namespace drover {
namespace {

using testing::Harness;

/// One letter a bar: '.' no signal, '^' up, 'v' down. A bar with two signals gets '!'.
std::string signals_of(const char* config, const std::vector<std::int64_t>& closes) {
    Harness harness(library<PatternRecognitionAgent>(), "pattern_recognition", config);
    EXPECT_EQ(harness.start(), DROVER_OK);
    std::string marks;
    for (std::size_t number = 0; number < closes.size(); ++number) {
        give(harness, bar_of(static_cast<int>(number), closes[number]));
        const auto found = harness.take<drover_signal>("pattern.crossover.SPX");
        marks += found.empty() ? '.' : found.size() > 1 ? '!' : found[0].direction > 0 ? '^' : 'v';
    }
    return marks;
}

std::string one_and_two(const std::vector<std::int64_t>& closes) {
    return signals_of(R"({"crossover": {"fast": 1, "slow": 2}})", closes);
}

TEST(CrossoverVectors, a_first_bar_that_is_already_above_gives_no_signal) {
    EXPECT_EQ(one_and_two({1, 2, 3, 4}), "....");
    EXPECT_EQ(one_and_two({1, 2, 1}), "..v") << "but the side is known from then on";
}

TEST(CrossoverVectors, a_first_bar_that_is_already_below_gives_no_signal) {
    EXPECT_EQ(one_and_two({4, 3, 2, 1}), "....");
    EXPECT_EQ(one_and_two({4, 3, 4}), "..^");
}

TEST(CrossoverVectors, an_exact_tie_keeps_the_earlier_side) {
    EXPECT_EQ(one_and_two({3, 2, 2, 1}), "....") << "below, tie, below";
    EXPECT_EQ(one_and_two({3, 2, 2, 3}), "...^") << "below, tie, above";
    EXPECT_EQ(one_and_two({1, 2, 2, 3}), "....") << "above, tie, above";
    EXPECT_EQ(one_and_two({1, 2, 2, 1}), "...v") << "above, tie, below";
    EXPECT_EQ(one_and_two({3, 2, 2, 2, 2, 3, 3, 2}), ".....^.v") << "ties of several bars";
}

TEST(CrossoverVectors, ties_before_the_first_side_decide_nothing) {
    EXPECT_EQ(one_and_two({2, 2, 2, 3, 2}), "....v");
}

TEST(CrossoverVectors, crosses_one_bar_apart_give_a_signal_each) {
    EXPECT_EQ(one_and_two({2, 1, 3, 2, 4, 3}), "..^v^v");
}

TEST(CrossoverVectors, of_longer_averages_are_those_counted_by_hand) {
    // Sums of 2 and 3 closes, 3 * S2 - 2 * S3 at each bar from the third on:
    // 1 2 3: 15-12=3 up; 2 3 1: 12-12=0 tie; 3 1 2: 9-12=-3 down; 1 2 3: 3; 2 3 1: 0; 3 1 1:
    // 6-10=-4
    EXPECT_EQ(signals_of(R"({"crossover": {"fast": 2, "slow": 3}})", {1, 2, 3, 1, 2, 3, 1, 1}),
              "....v^.v");
}

}  // namespace
}  // namespace drover
