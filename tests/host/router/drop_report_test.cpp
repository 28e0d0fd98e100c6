/// How the router tells of overflowing queues.
#include "router/drop_report.hpp"

#include <gtest/gtest.h>

namespace drover {
namespace {

using namespace std::chrono_literals;

TEST(DropReport, is_silent_while_nothing_is_dropped) {
    DropReport report({"a"});
    EXPECT_FALSE(report.deadline());
    EXPECT_FALSE(report.tick(Monotonic(1h)));
}

TEST(DropReport, names_the_receivers_and_how_much_they_lost) {
    DropReport report({"a", "b", "c"});
    report.note(0, 2);
    report.note(2, 1);
    report.note(0, 1);
    const auto health = report.tick(Monotonic(1h));
    ASSERT_TRUE(health);
    EXPECT_EQ(health->level, "degraded");
    EXPECT_NE(health->message.find("'a' (3), 'c' (1)"), std::string::npos) << health->message;
}

TEST(DropReport, speaks_at_most_once_a_second) {
    DropReport report({"a"});
    report.note(0, 1);
    EXPECT_TRUE(report.tick(Monotonic(1h)));
    report.note(0, 1);
    EXPECT_FALSE(report.tick(Monotonic(1h + 999ms)));
    EXPECT_EQ(report.deadline(), Monotonic(1h + 1s));
    EXPECT_TRUE(report.tick(Monotonic(1h + 1s)));
}

TEST(DropReport, is_healthy_again_after_ten_quiet_seconds) {
    DropReport report({"a"});
    report.note(0, 1);
    EXPECT_TRUE(report.tick(Monotonic(1h)));
    EXPECT_FALSE(report.tick(Monotonic(1h + 9s)));
    const auto health = report.tick(Monotonic(1h + 10s));
    ASSERT_TRUE(health);
    EXPECT_EQ(health->level, "healthy");
    EXPECT_FALSE(report.deadline());
}

}  // namespace
}  // namespace drover
