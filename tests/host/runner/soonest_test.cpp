/// How long a loop waits.
#include "runner/soonest.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace drover {
namespace {

using namespace std::chrono_literals;

TEST(Soonest, waits_without_end_where_nothing_is_due) {
    Soonest soonest;
    EXPECT_FALSE(soonest.wait());
    soonest.add(std::nullopt);
    EXPECT_FALSE(soonest.wait());
}

TEST(Soonest, is_the_earliest_of_all) {
    Soonest soonest;
    soonest.add(monotonic_now() + 2h);
    soonest.add(std::nullopt);
    soonest.add(monotonic_now() + 1h);
    soonest.add(monotonic_now() + 3h);
    ASSERT_TRUE(soonest.wait());
    EXPECT_LE(*soonest.wait(), 1h);
    EXPECT_GT(*soonest.wait(), 30min);
}

TEST(Soonest, does_not_wait_for_what_is_past) {
    Soonest soonest;
    soonest.add(monotonic_now() + 1h);
    soonest.add(Monotonic{});
    EXPECT_EQ(soonest.wait(), 0ns);
}

TEST(Soonest, takes_times_of_the_wall_clock) {
    Soonest soonest;
    soonest.add_wall_time(wall_now() - 1);
    EXPECT_EQ(soonest.wait(), 0ns);
}

TEST(Soonest, looks_again_within_a_minute_at_a_time_that_is_far_away) {
    Soonest soonest;
    soonest.add_wall_time(std::numeric_limits<std::int64_t>::max());
    ASSERT_TRUE(soonest.wait());
    EXPECT_LE(*soonest.wait(), 60s);
    EXPECT_GT(*soonest.wait(), 0s) << "and the sum has not overflowed";
}

}  // namespace
}  // namespace drover
