// The random walk of made-up bars: its shape, its bounds, and that a seed decides all of it.
#include "bar_generator/bar_walk.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include <gtest/gtest.h>

namespace drover {
namespace {

constexpr std::int64_t minute = 60;
constexpr std::int64_t day = 86'400;

std::vector<WalkBar> walk(std::uint64_t seed, std::int64_t start, std::int64_t length, int count) {
    BarWalk walk(seed, start, length);
    std::vector<WalkBar> bars;
    for (int made = 0; made < count; ++made) {
        bars.push_back(walk.next());
    }
    return bars;
}

/// Of the returns from close to close.
double deviation(const std::vector<WalkBar>& bars) {
    double sum = 0;
    for (std::size_t at = 1; at < bars.size(); ++at) {
        const double change =
            std::log(static_cast<double>(bars[at].close) / static_cast<double>(bars[at - 1].close));
        sum += change * change;
    }
    return std::sqrt(sum / static_cast<double>(bars.size() - 1));
}

TEST(BarWalk, keeps_open_and_close_between_low_and_high_and_all_above_0) {
    for (const std::int64_t start : {BarWalk::least_start, BarWalk::most_start}) {
        for (const std::int64_t length : {std::int64_t{1}, minute, day, 9999 * 7 * day}) {
            for (const WalkBar& bar : walk(3, start, length, 5000)) {
                ASSERT_GT(bar.low, 0);
                ASSERT_LE(bar.low, std::min(bar.open, bar.close));
                ASSERT_GE(bar.high, std::max(bar.open, bar.close));
                ASSERT_GT(bar.volume, 0);
            }
        }
    }
}

TEST(BarWalk, opens_at_most_a_tick_from_the_close_before) {
    std::int64_t close = 10'000;
    for (const WalkBar& bar : walk(4, close, minute, 10'000)) {
        ASSERT_LE(std::abs(bar.open - close), 1);
        close = bar.close;
    }
}

TEST(BarWalk, turns_back_at_an_eighth_and_at_eight_times_the_start) {
    std::int64_t lowest = 10'000;
    std::int64_t highest = 10'000;
    for (const WalkBar& bar : walk(5, 10'000, 52 * 7 * day, 100'000)) {
        lowest = std::min(lowest, bar.low);
        highest = std::max(highest, bar.high);
    }
    EXPECT_GE(lowest, 1'249) << "one tick below, where a bar opens away from the last close";
    EXPECT_LT(lowest, 1'500) << "the walk gets there";
    EXPECT_LE(highest, 80'001);
}

TEST(BarWalk, moves_by_about_a_percent_a_day_however_long_its_bars_are) {
    EXPECT_NEAR(deviation(walk(6, 1'000'000, day, 20'000)), 0.012, 0.002);
    EXPECT_NEAR(deviation(walk(6, 1'000'000, minute, 20'000)) * std::sqrt(1440), 0.012, 0.002);
    EXPECT_NEAR(deviation(walk(6, 1'000'000, 1, 20'000)) * std::sqrt(86'400), 0.012, 0.002);
}

TEST(BarWalk, of_another_seed_is_another_walk) {
    const auto first = walk(1, 10'000, minute, 50);
    const auto second = walk(2, 10'000, minute, 50);
    EXPECT_FALSE(std::ranges::equal(first, second, {}, &WalkBar::close, &WalkBar::close));
}

TEST(BarWalk, begins_the_same_whether_few_bars_are_made_or_many) {
    const auto few = walk(1, 10'000, minute, 50);
    const auto many = walk(1, 10'000, minute, 500);
    EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin(), [](const auto& a, const auto& b) {
        return a.open == b.open && a.high == b.high && a.low == b.low && a.close == b.close &&
               a.volume == b.volume;
    }));
}

}  // namespace
}  // namespace drover
