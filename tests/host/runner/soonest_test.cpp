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
    soonest.add(Monotonic::min());
    EXPECT_EQ(soonest.wait(), 0ns);
}

}  // namespace
}  // namespace drover
