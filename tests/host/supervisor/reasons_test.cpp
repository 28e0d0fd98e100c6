/// Durations as people read them.
#include "supervisor/reasons.hpp"

#include <gtest/gtest.h>

namespace drover {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(Reasons, write_durations_as_people_say_them) {
    EXPECT_EQ(duration_text(milliseconds(6)), "6 ms");
    EXPECT_EQ(duration_text(milliseconds(200)), "0.2 s");
    EXPECT_EQ(duration_text(milliseconds(4100)), "4.1 s");
    EXPECT_EQ(duration_text(minutes(5)), "5 min");
    EXPECT_EQ(duration_text(seconds(90)), "1 min 30 s");
    EXPECT_EQ(duration_text(minutes(125)), "2 h 5 min");
}

TEST(Reasons, put_no_semicolon_behind_a_full_stop) {
    UnitLife life;
    life.exit.text = "exit code 1";
    life.complaint = "it gave up: the venue is closed.";
    EXPECT_EQ(end_text(life), "it gave up: the venue is closed; exit code 1");
    life.complaint = "it waits for more...";
    EXPECT_EQ(end_text(life), "it waits for more...; exit code 1");
}

TEST(Reasons, do_not_round_a_duration_up_to_sixty_seconds) {
    EXPECT_EQ(duration_text(milliseconds(59'990)), "59.9 s");
}

}  // namespace drover
