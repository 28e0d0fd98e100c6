/// How a receiver's window follows the time that its messages take.
#include "runner/credit_pace.hpp"

#include <gtest/gtest.h>

namespace drover {
namespace {

using namespace std::chrono_literals;

TEST(CreditPace, leaves_the_full_window_to_a_receiver_that_is_fast_enough) {
    CreditPace pace(256, 16ms);
    EXPECT_EQ(pace.window(), 256U) << "before anything is known";
    pace.note(64, 64 * 60us);
    EXPECT_EQ(pace.window(), 256U);
}

TEST(CreditPace, lets_no_more_be_in_flight_than_is_handled_in_the_time_given) {
    CreditPace pace(256, 16ms);
    pace.note(64, 64 * 160us);
    EXPECT_EQ(pace.window(), 100U);
}

TEST(CreditPace, keeps_one_message_at_hand_of_whoever_is_slow) {
    CreditPace pace(256, 16ms);
    pace.note(1, 3s);
    EXPECT_EQ(pace.window(), 2U);
    CreditPace narrow(1, 16ms);
    narrow.note(1, 3s);
    EXPECT_EQ(narrow.window(), 1U) << "never more than the full window";
}

TEST(CreditPace, forgets_one_long_callback) {
    CreditPace pace(256, 16ms);
    pace.note(64, 64us);
    pace.note(64, 500ms);
    EXPECT_LT(pace.window(), 64U);
    for (int credits = 0; credits < 20; ++credits) {
        pace.note(2, 2us);
    }
    EXPECT_EQ(pace.window(), 256U);
}

}  // namespace
}  // namespace drover
