// When timers fire, and in which order.
#include "runner/timer_table.hpp"

#include <gtest/gtest.h>

namespace drover {
namespace {

std::vector<std::uint64_t> fire(TimerTable& timers, std::int64_t now) {
    std::vector<std::uint64_t> ids;
    const std::uint64_t round = timers.begin_round();
    while (const auto due = timers.take_due(now, round)) {
        ids.push_back(due->id);
    }
    return ids;
}

TEST(TimerTable, fires_by_due_time_and_then_by_id) {
    TimerTable timers;
    timers.set(2, 10, 0);
    timers.set(1, 10, 0);
    timers.set(3, 5, 0);
    timers.set(4, 11, 0);
    EXPECT_EQ(fire(timers, 10), (std::vector<std::uint64_t>{3, 1, 2}));
    EXPECT_EQ(timers.next_due(), 11);
}

TEST(TimerTable, counts_the_periods_that_passed_unserved) {
    TimerTable timers;
    timers.set(1, 10, 10);
    const auto due = timers.take_due(45, timers.begin_round());
    ASSERT_TRUE(due.has_value());
    EXPECT_EQ(due->due, 10);
    EXPECT_EQ(due->missed, 3U);
    EXPECT_EQ(timers.next_due(), 50);
}

TEST(TimerTable, lets_a_timer_that_is_set_again_at_once_wait_for_the_next_round) {
    TimerTable timers;
    timers.set(1, 0, 0);
    const std::uint64_t round = timers.begin_round();
    ASSERT_TRUE(timers.take_due(5, round).has_value());
    timers.set(1, 0, 0);
    EXPECT_FALSE(timers.take_due(5, round).has_value());
    EXPECT_TRUE(timers.take_due(5, timers.begin_round()).has_value());
}

TEST(TimerTable, moves_all_timers_when_the_clock_was_set) {
    TimerTable timers;
    timers.set(1, 10, 10);
    timers.set(2, TimerTable::none, 0);
    timers.shift(1000);
    EXPECT_EQ(timers.next_due(), 1010);
    const auto due = timers.take_due(1010, timers.begin_round());
    ASSERT_TRUE(due.has_value());
    EXPECT_EQ(due->missed, 0U);
    EXPECT_EQ(timers.next_due(), 1020);
}

TEST(TimerTable, forgets_a_cancelled_timer) {
    TimerTable timers;
    timers.set(1, 1, 0);
    EXPECT_TRUE(timers.cancel(1));
    EXPECT_FALSE(timers.cancel(1));
    EXPECT_EQ(timers.next_due(), TimerTable::none);
}

}  // namespace
}  // namespace drover
