/// How a receiver's window follows the time that its messages take.
#include "runner/credit_pace.hpp"

#include <gtest/gtest.h>

namespace drover {
namespace {

using namespace std::chrono_literals;

constexpr CreditWindow usual{256, 1U << 20U};

TEST(CreditPace, begins_with_the_usual_window_and_gives_a_fast_receiver_four_times_that) {
    CreditPace pace(usual, 16ms);
    EXPECT_EQ(pace.window(), 256U) << "before anything is known";
    pace.note(64, 64 * 15us);
    EXPECT_EQ(pace.window(), 1024U);
    pace.note(64, 0us);
    EXPECT_EQ(pace.window(), 1024U);
}

TEST(CreditPace, lets_no_more_be_in_flight_than_is_handled_in_the_time_given) {
    CreditPace pace(usual, 16ms);
    pace.note(64, 64 * 160us);
    EXPECT_EQ(pace.window(), 100U);
}

TEST(CreditPace, keeps_one_message_at_hand_of_whoever_is_slow) {
    CreditPace pace(usual, 16ms);
    pace.note(1, 3s);
    EXPECT_EQ(pace.window(), 2U);
}

TEST(CreditPace, forgets_one_long_callback) {
    CreditPace pace(usual, 16ms);
    pace.note(64, 64us);
    pace.note(64, 500ms);
    EXPECT_LT(pace.window(), 64U);
    for (int credits = 0; credits < 30; ++credits) {
        pace.note(2, 2us);
    }
    EXPECT_EQ(pace.window(), 1024U);
}

}  // namespace
}  // namespace drover
