// The agent's end of its link in durable delivery, against a router that the test plays.
#include "tests/host/runner/durable_session.hpp"

#include <thread>

namespace drover {
namespace {

using namespace std::chrono_literals;

TEST_F(DurableSession, says_what_its_file_knows_and_joins_the_log_it_is_told) {
    begin();
    welcome(1, 40);
    EXPECT_EQ(heard.hellos[0].log, LogId{});
    EXPECT_EQ(heard.hellos[0].cursor, 0U);
    give(41);
    ASSERT_TRUE(until([&] { return !heard.handled.empty(); }));
    EXPECT_EQ(heard.handled[0], 41U);
    begin(2);
    welcome(2, 41, 3);
    EXPECT_EQ(heard.hellos[1].log, log);
    EXPECT_EQ(heard.hellos[1].cursor, 41U);
    EXPECT_EQ(heard.hellos[1].durable_sequence, 3U);
}

TEST_F(DurableSession, says_handled_behind_what_it_published_and_before_done) {
    begin();
    welcome(1);
    ASSERT_TRUE(until([&] { return heard.dones.size() == 1; })) << "the one that follows READY";
    heard.order.clear();
    give(1);
    ASSERT_TRUE(until([&] { return heard.dones.size() == 2; }));
    EXPECT_EQ(heard.deliveries, (std::vector<std::uint64_t>{1, 2, 3}));
    EXPECT_EQ(heard.order, (std::vector<ControlKind>{ControlKind::handled, ControlKind::done}));
    EXPECT_EQ(heard.dones[1].publisher, 3U);
}

TEST_F(DurableSession, sends_again_what_the_log_has_not_first_of_all) {
    begin();
    welcome(1);
    give(1);
    ASSERT_TRUE(until([&] { return heard.dones.size() == 2; }));
    begin(2);
    heard = Heard();
    welcome(2, 1, 1);
    ASSERT_TRUE(until([&] { return !heard.dones.empty(); }));
    EXPECT_EQ(heard.deliveries, (std::vector<std::uint64_t>{2, 3})) << "the first one is logged";
    // Another epoch of the same life: the router had nothing of it on disk.
    heard = Heard();
    give(2);
    ASSERT_TRUE(until([&] { return !heard.dones.empty(); }));
    heard = Heard();
    welcome(3, 2, 1);
    ASSERT_TRUE(until([&] { return !heard.dones.empty(); }));
    EXPECT_EQ(heard.deliveries, (std::vector<std::uint64_t>{2, 3, 4, 5, 6}));
}

TEST_F(DurableSession, returns_credit_once_for_a_bundle_and_at_the_latest_for_half_a_window) {
    begin(1, false);
    welcome(1);
    give_together(3);
    ASSERT_TRUE(until([&] { return heard.credit == 3; }));
    EXPECT_EQ(heard.credits, (std::vector<std::uint32_t>{3})) << "not 2 and later 1";
    EXPECT_EQ(heard.windows, (std::vector<std::uint32_t>{32})) << "it is fast";
    give_together(24);
    ASSERT_TRUE(until([&] { return heard.credit == 27; }));
    EXPECT_EQ(heard.credits, (std::vector<std::uint32_t>{3, 16, 8}));
}

TEST_F(DurableSession, a_slow_receiver_asks_for_less_in_flight_and_returns_credit_sooner) {
    longest_in_flight = 4ms;
    begin(1, false);
    Adder::present->message_seen = [](const Message&) { std::this_thread::sleep_for(20ms); };
    welcome(1);
    give_together(4);
    ASSERT_TRUE(until([&] { return heard.credit == 4; }));
    EXPECT_EQ(heard.windows.front(), 2U) << "also in the credit that leaves between two turns";
    EXPECT_EQ(heard.windows.back(), 2U) << "of 8; each message takes five times what may wait";
    give_together(1);
    ASSERT_TRUE(until([&] { return heard.credit == 5; }))
        << "the router has only two in flight from now on and must hear of each";
    begin(2, false);
    welcome(2);
    give_together(3);
    ASSERT_TRUE(until([&] { return heard.credit == 8; })) << "a new link begins with all of it";
}

TEST_F(DurableSession, gives_messages_at_a_time_that_goes_on_when_the_wall_clock_is_set_back) {
    begin(1, false);
    welcome(1);
    give(1);
    ASSERT_TRUE(until([&] { return heard.handled.size() == 1; }));
    const std::int64_t first = runner->time();
    constexpr std::int64_t set_back_by = 3'600'000'000'000;
    EXPECT_GE(first, wall_now() - set_back_by) << "the machine's, and not that of the message";
    wall_clock_set_by = -set_back_by;
    give(2);
    ASSERT_TRUE(until([&] { return heard.handled.size() == 2; }));
    EXPECT_GT(runner->time(), first);
    EXPECT_LT(runner->time(), first + set_back_by);
}

TEST_F(DurableSession, says_why_the_router_does_not_take_it) {
    begin();
    say(WelcomeBody{1});
    Frame frame{std::span<const std::byte>(
        encode_declined(DeclinedBody{"The file of 'adder' belongs to another log."}))};
    send(frame);
    ASSERT_TRUE(until([&] { return session->declined().has_value(); }));
    EXPECT_EQ(*session->declined(), "The file of 'adder' belongs to another log.");
}

}  // namespace
}  // namespace drover
