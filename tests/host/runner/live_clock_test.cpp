#include "runner/live_clock.hpp"

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace drover {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t a_second = 1'000'000'000;
constexpr std::int64_t noon = 1'700'000'000 * a_second;
constexpr Monotonic begun{1h};

TEST(LiveClock, reads_the_wall_clock) {
    LiveClock clock;
    EXPECT_EQ(clock.take(begun, noon).now, noon);
    const auto later = clock.take(begun + 2s, noon + 2 * a_second + 3);
    EXPECT_EQ(later.now, noon + 2 * a_second + 3);
    EXPECT_EQ(later.jump, 0);
}

TEST(LiveClock, follows_a_clock_that_is_slewed_but_never_back) {
    LiveClock clock;
    (void)clock.take(begun, noon);
    EXPECT_EQ(clock.take(begun + 1ms, noon - 5).now, noon);
    EXPECT_EQ(clock.take(begun + 2ms, noon + 1).now, noon + 1);
}

TEST(LiveClock, goes_ahead_where_the_wall_clock_was_set_ahead_and_says_by_how_much) {
    LiveClock clock;
    (void)clock.take(begun, noon);
    const auto ahead = clock.take(begun + 1s, noon + 3601 * a_second);
    EXPECT_EQ(ahead.now, noon + 3601 * a_second);
    EXPECT_EQ(ahead.jump, 3600 * a_second);
    EXPECT_EQ(clock.take(begun + 2s, noon + 3602 * a_second).jump, 0) << "told once";
}

TEST(LiveClock, goes_on_at_its_pace_where_the_wall_clock_was_set_back) {
    LiveClock clock;
    (void)clock.take(begun, noon);
    for (int passed = 1; passed <= 3; ++passed) {
        const auto now = clock.take(begun + passed * 1s, noon + (passed - 3600) * a_second);
        EXPECT_EQ(now.now, noon + passed * a_second);
        EXPECT_EQ(now.jump, 0);
    }
    EXPECT_EQ(clock.take(begun + 4s, noon + 4 * a_second).jump, 0)
        << "the wall clock is right again";
}

TEST(LiveClock, is_not_deceived_by_a_reading_of_the_monotonic_clock_that_is_old) {
    LiveClock clock;
    (void)clock.take(begun, noon);
    (void)clock.take(begun + 1s, noon + 1 * a_second);
    const auto old = clock.take(begun + 999ms, noon + 1 * a_second + 7);
    EXPECT_EQ(old.now, noon + 1 * a_second + 7);
    EXPECT_EQ(old.jump, 0);
}

TEST(LiveClock, reads_both_clocks_again_before_it_takes_one_for_set) {
    LiveClock clock;
    const std::int64_t wall = wall_now();
    (void)clock.take(monotonic_now(), wall);
    // As if this process had waited a second between the two.
    const auto reading = clock.read(monotonic_now(), wall_now() + a_second);
    EXPECT_EQ(reading.jump, 0);
    EXPECT_LT(reading.now, wall_now() + a_second / 2);
}

TEST(LiveClock, says_when_it_will_read_a_time) {
    LiveClock clock;
    (void)clock.take(begun, noon);
    EXPECT_EQ(clock.when(noon + 5 * a_second), begun + 5s);
    EXPECT_EQ(clock.when(noon - 5 * a_second), begun) << "that is past";
    EXPECT_EQ(clock.when(std::numeric_limits<std::int64_t>::max()), begun + 60s) << "look again";
    EXPECT_EQ(clock.when(std::numeric_limits<std::int64_t>::min()), begun);
    (void)clock.take(begun + 1s, noon - 3600 * a_second);
    EXPECT_EQ(clock.when(noon + 5 * a_second), begun + 5s)
        << "where the wall clock was set back, too";
}

}  // namespace
}  // namespace drover
