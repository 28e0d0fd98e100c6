#include "runner/live_clock.hpp"

#include <cstdint>
#include <functional>
#include <limits>

#include <gtest/gtest.h>

namespace drover {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t a_second = 1'000'000'000;
constexpr std::int64_t noon = 1'700'000'000 * a_second;
constexpr Monotonic begun{1h};
constexpr std::int64_t end_of_times = std::numeric_limits<std::int64_t>::max();

/// Of a machine whose clocks stand as the test says.
struct LiveClockTest : ::testing::Test {
    [[nodiscard]] MachineClocks clocks() {
        return {[this] { return monotonic; },
                [this] {
                    if (before_reading_wall) {
                        before_reading_wall();
                    }
                    return wall;
                }};
    }
    /// Reads when so much has passed since the beginning, and the wall clock says so much past
    /// noon.
    LiveClock::Reading read(Monotonic::duration passed, std::int64_t past_noon) {
        monotonic = begun + passed;
        wall = noon + past_noon;
        return clock.read(monotonic);
    }

    Monotonic monotonic = begun;
    std::int64_t wall = noon;
    std::function<void()> before_reading_wall;
    LiveClock clock{clocks()};
};

TEST_F(LiveClockTest, reads_the_wall_clock) {
    EXPECT_EQ(read(0s, 0).now, noon);
    const auto later = read(2s, 2 * a_second + 3);
    EXPECT_EQ(later.now, noon + 2 * a_second + 3);
    EXPECT_EQ(later.jump, 0);
}

TEST_F(LiveClockTest, follows_a_clock_that_is_slewed_but_never_back) {
    EXPECT_EQ(read(1ms, -5).now, noon);
    EXPECT_EQ(read(2ms, 1).now, noon + 1);
}

TEST_F(LiveClockTest, waits_for_a_wall_clock_that_is_set_back_by_little) {
    EXPECT_EQ(read(10ms, -a_second / 4).now, noon);
    EXPECT_EQ(read(260ms, 0).now, noon);
    EXPECT_EQ(read(261ms, a_second / 1000).now, noon + a_second / 1000);
}

TEST_F(LiveClockTest, goes_ahead_where_the_wall_clock_was_set_ahead_and_says_by_how_much) {
    const auto ahead = read(1s, 3601 * a_second);
    EXPECT_EQ(ahead.now, noon + 3601 * a_second);
    EXPECT_EQ(ahead.jump, 3600 * a_second);
    EXPECT_EQ(read(2s, 3602 * a_second).jump, 0) << "told once";
}

TEST_F(LiveClockTest, goes_on_at_its_pace_where_the_wall_clock_was_set_back) {
    for (int passed = 1; passed <= 3; ++passed) {
        const auto now = read(passed * 1s, (passed - 3600) * a_second);
        EXPECT_EQ(now.now, noon + passed * a_second);
        EXPECT_EQ(now.jump, 0);
    }
    EXPECT_EQ(read(4s, 4 * a_second).jump, 0) << "the wall clock is right again";
}

TEST_F(LiveClockTest, is_not_deceived_by_a_reading_of_the_monotonic_clock_that_is_old) {
    (void)read(1s, a_second);
    const auto old = read(999ms, a_second + 7);
    EXPECT_EQ(old.now, noon + a_second + 7);
    EXPECT_EQ(old.jump, 0);
}

TEST_F(LiveClockTest, reads_both_clocks_again_before_it_takes_one_for_set) {
    monotonic = begun + 3s;
    wall = noon + 3 * a_second;
    // The process has waited for a second since it had read the monotonic clock.
    const auto reading = clock.read(begun + 2s);
    EXPECT_EQ(reading.jump, 0);
    EXPECT_EQ(reading.now, wall);
}

TEST_F(LiveClockTest, reads_them_again_also_where_the_process_waits_between_the_two) {
    monotonic = begun + 1s;
    wall = noon + a_second;
    int waits = 3;
    before_reading_wall = [&] {
        if (waits-- > 0) {
            monotonic += 1s;
            wall += a_second;
        }
    };
    const auto reading = clock.read(monotonic);
    EXPECT_EQ(reading.jump, 0);
    EXPECT_EQ(reading.now, noon + 4 * a_second);
}

TEST_F(LiveClockTest, begins_with_a_time_that_is_already_given_where_the_wall_clock_is_behind_it) {
    LiveClock later(clocks(), noon + 3600 * a_second);
    monotonic += 1s;
    wall += a_second;
    const auto reading = later.read(monotonic);
    EXPECT_EQ(reading.now, noon + 3601 * a_second);
    EXPECT_EQ(reading.jump, 0);
}

TEST_F(LiveClockTest, says_when_it_will_read_a_time) {
    EXPECT_EQ(clock.when(noon + 5 * a_second), begun + 5s);
    EXPECT_EQ(clock.when(noon - 5 * a_second), begun) << "that is past";
    EXPECT_EQ(clock.when(end_of_times), begun + 60s) << "look again";
    EXPECT_EQ(clock.when(std::numeric_limits<std::int64_t>::min()), begun);
    (void)read(1s, -3600 * a_second);
    EXPECT_EQ(clock.when(noon + 5 * a_second), begun + 5s)
        << "where the wall clock was set back, too";
}

TEST_F(LiveClockTest, translates_times_of_the_wall_clock_and_back) {
    EXPECT_EQ(clock.from_wall(noon + 7), noon + 7);
    EXPECT_EQ(clock.to_wall(noon + 7), noon + 7);
    (void)read(1s, -3599 * a_second);
    EXPECT_EQ(clock.from_wall(wall + 7), noon + a_second + 7) << "it is an hour ahead";
    EXPECT_EQ(clock.to_wall(noon + a_second + 7), wall + 7);
    EXPECT_EQ(clock.from_wall(end_of_times - 1), end_of_times);
    EXPECT_EQ(clock.to_wall(end_of_times), end_of_times);
}

}  // namespace
}  // namespace drover
