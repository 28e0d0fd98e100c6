// What counts as a hung callback, and what does not.
#include "daemon/hang_watch.hpp"

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace drover {
namespace {

using namespace std::chrono_literals;

class HangWatches : public ::testing::Test {
protected:
    static Monotonic at(std::chrono::nanoseconds time) { return Monotonic(time); }
    void begin(std::chrono::nanoseconds time) { page_.layout().began.store(time.count()); }

    StatusPage page_ = StatusPage::local();
    HangWatch watch_{2s};
};

TEST_F(HangWatches, leave_an_idle_agent_alone) {
    EXPECT_FALSE(watch_.overdue(page_.layout(), at(1000s)));
}

TEST_F(HangWatches, tell_how_long_a_callback_has_run) {
    begin(10s);
    EXPECT_FALSE(watch_.overdue(page_.layout(), at(12s)));
    EXPECT_EQ(watch_.overdue(page_.layout(), at(12s + 1ms)), 2001ms);
}

TEST_F(HangWatches, count_from_the_end_of_an_extension) {
    begin(10s);
    page_.layout().extended_to.store(std::chrono::nanoseconds(20s).count());
    EXPECT_FALSE(watch_.overdue(page_.layout(), at(22s)));
    EXPECT_EQ(watch_.overdue(page_.layout(), at(23s)), 13s) << "the whole time is told";
}

TEST_F(HangWatches, do_not_count_the_time_in_which_the_process_was_stopped) {
    begin(10s);
    watch_.process_is_stopped(at(60s));
    EXPECT_FALSE(watch_.overdue(page_.layout(), at(62s)));
    EXPECT_EQ(watch_.overdue(page_.layout(), at(63s)), 3s);
}

TEST_F(HangWatches, survive_nonsense_on_the_page) {
    page_.layout().began.store(std::numeric_limits<std::int64_t>::min());
    EXPECT_TRUE(watch_.overdue(page_.layout(), at(10s)));
    page_.layout().began.store(std::numeric_limits<std::int64_t>::max());
    EXPECT_FALSE(watch_.overdue(page_.layout(), at(10s)));
    page_.layout().began.store(1);
    page_.layout().extended_to.store(std::numeric_limits<std::int64_t>::max());
    EXPECT_FALSE(watch_.overdue(page_.layout(), at(10s)));
}

TEST(PageLooks, do_not_keep_an_agent_waiting_that_began_after_the_last_one) {
    PageLooks looks;
    looks.looked(Monotonic(10s));
    EXPECT_EQ(looks.next(400ms), Monotonic(10s + 400ms)) << "the router alone, say";
    EXPECT_EQ(looks.next(25ms), Monotonic(10s + 25ms)) << "and now an agent with a short timeout";
    EXPECT_EQ(looks.next(std::nullopt), std::nullopt) << "and now nobody";
}

}  // namespace
}  // namespace drover
