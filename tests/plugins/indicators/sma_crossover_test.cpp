// Crossovers on exact sums: ties, first sides, single-bar crosses, restarts.
#include "indicators/sma_crossover.hpp"

#include <cmath>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace drover {
namespace {

constexpr std::int64_t unit = 1'000'000'000;

/// One letter a close: '.' no crossing, '^' fast went above, 'v' fast went below.
std::string crossings(SmaCrossover& crossover, const std::vector<std::int64_t>& closes) {
    std::string marks;
    for (const std::int64_t close : closes) {
        const CrossoverSide crossed = crossover.push(close);
        marks += crossed == CrossoverSide::fast_above   ? '^'
                 : crossed == CrossoverSide::slow_above ? 'v'
                                                        : '.';
    }
    return marks;
}

std::string crossings(std::size_t fast, std::size_t slow, const std::vector<std::int64_t>& closes) {
    SmaCrossover crossover(fast, slow);
    return crossings(crossover, closes);
}

TEST(SmaCrossover, gives_no_signal_when_the_first_side_is_above) {
    EXPECT_EQ(crossings(1, 2, {1 * unit, 2 * unit, 3 * unit, 4 * unit}), "....");
}

TEST(SmaCrossover, gives_no_signal_when_the_first_side_is_below) {
    EXPECT_EQ(crossings(1, 2, {4 * unit, 3 * unit, 2 * unit, 1 * unit}), "....");
}

TEST(SmaCrossover, is_undecided_before_the_slow_average_is_full) {
    SmaCrossover crossover(1, 3);
    crossover.push(1 * unit);
    crossover.push(2 * unit);
    EXPECT_EQ(crossover.side(), CrossoverSide::undecided);
    EXPECT_FALSE(crossover.is_defined());
    EXPECT_TRUE(std::isnan(crossover.slow_average()));
    crossover.push(3 * unit);
    EXPECT_EQ(crossover.side(), CrossoverSide::fast_above);
    EXPECT_DOUBLE_EQ(crossover.slow_average(), 2.0);
}

TEST(SmaCrossover, signals_when_the_side_changes) {
    EXPECT_EQ(crossings(1, 2, {2 * unit, 1 * unit, 2 * unit, 1 * unit}), "..^v");
}

TEST(SmaCrossover, keeps_the_earlier_side_over_an_exact_tie) {
    // Side below, tie, below again: no signal. Side below, tie, above: one, at the end.
    EXPECT_EQ(crossings(1, 2, {3 * unit, 2 * unit, 2 * unit, 1 * unit}), "....");
    EXPECT_EQ(crossings(1, 2, {3 * unit, 2 * unit, 2 * unit, 3 * unit}), "...^");
}

TEST(SmaCrossover, takes_its_first_side_after_leading_ties_without_a_signal) {
    EXPECT_EQ(crossings(1, 2, {2 * unit, 2 * unit, 2 * unit, 3 * unit, 2 * unit}), "....v");
}

TEST(SmaCrossover, sees_crosses_that_are_one_bar_apart) {
    EXPECT_EQ(crossings(1, 2, {2 * unit, 1 * unit, 3 * unit, 2 * unit, 4 * unit}), "..^v^");
}

TEST(SmaCrossover, decides_a_tie_that_doubles_would_miss) {
    // Tenths: the two averages of 0.1, 0.2, 0.3 are equal, and a double sum says otherwise.
    const std::int64_t tenth = unit / 10;
    SmaCrossover crossover(1, 3);
    crossings(crossover, {3 * tenth, 3 * tenth, 1 * tenth});
    EXPECT_EQ(crossover.side(), CrossoverSide::slow_above);
    EXPECT_EQ(crossings(crossover, {2 * tenth}), ".");
    EXPECT_EQ(crossover.side(), CrossoverSide::slow_above);
    EXPECT_EQ(crossings(crossover, {3 * tenth}), "^");
}

TEST(SmaCrossover, survives_the_largest_prices) {
    const std::int64_t largest = INT64_MAX;
    EXPECT_EQ(crossings(2, 3, {-largest, largest, largest, -largest, -largest}), "...v.");
}

TEST(SmaCrossover, agrees_with_sums_made_afresh_at_each_bar) {
    constexpr int fast = 7;
    constexpr int slow = 23;
    std::mt19937_64 generator(20000103);
    std::vector<std::int64_t> closes{100};
    for (int index = 0; index < 5000; ++index) {
        closes.push_back(closes.back() + static_cast<std::int64_t>(generator() % 5) - 2);
    }
    SmaCrossover crossover(fast, slow);
    int side = 0;
    for (std::size_t bar = 0; bar < closes.size(); ++bar) {
        const auto crossed = static_cast<int>(crossover.push(closes[bar]));
        int expected = 0;
        if (bar + 1 >= slow) {
            std::int64_t difference = 0;
            for (std::size_t back = 0; back < slow; ++back) {
                difference += closes[bar - back] * ((back < fast ? slow : 0) - fast);
            }
            const int now = difference > 0 ? 1 : difference < 0 ? -1 : side;
            expected = side != 0 && now != side ? now : 0;
            side = now;
        }
        ASSERT_EQ(crossed, expected) << "bar " << bar;
    }
}

TEST(SmaCrossover, goes_on_after_a_restore_as_if_nothing_had_happened) {
    std::mt19937_64 generator(7);
    SmaCrossover steady(3, 8);
    SmaCrossover revived(3, 8);
    for (int bar = 0; bar < 500; ++bar) {
        SmaCrossover fresh(3, 8);
        fresh.restore(revived.closes(), revived.side());
        revived = fresh;
        const auto close = static_cast<std::int64_t>(generator() % 10);
        ASSERT_EQ(steady.push(close), revived.push(close)) << "bar " << bar;
        ASSERT_EQ(steady.side(), revived.side());
    }
}

TEST(SmaCrossover, restarts_without_a_memory_of_its_side) {
    SmaCrossover crossover(1, 2);
    crossings(crossover, {2 * unit, 1 * unit});
    crossover.restart();
    EXPECT_EQ(crossings(crossover, {1 * unit, 2 * unit}), "..");
    EXPECT_EQ(crossover.side(), CrossoverSide::fast_above);
}

TEST(SmaCrossover, refuses_periods_that_make_no_crossover) {
    EXPECT_THROW(SmaCrossover(0, 5), std::invalid_argument);
    EXPECT_THROW(SmaCrossover(5, 5), std::invalid_argument);
    EXPECT_THROW(SmaCrossover(6, 5), std::invalid_argument);
}

}  // namespace
}  // namespace drover
