/// What passes through the real drover-router: messages, orders, a replay, copies for a tap.
#include <csignal>
#include <thread>

#include <drover/status.h>

#include "link/tap.hpp"
#include "process/nonblocking_pipe.hpp"
#include "tests/host/router/router_process.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;

TEST_F(DroverRouter, carries_messages_between_agents) {
    begin_live();
    for (std::uint64_t sequence = 1; sequence <= 200; ++sequence) {
        giver_.publish("market.bar");
        ASSERT_EQ(taker_.next_message("market.bar"), sequence);
        taker_.send(encode_control(CreditBody{1, 0, 112}));
    }
    // The page is written at the end of a turn, after the message is out.
    const Monotonic deadline = monotonic_now() + longest_wait;
    while (router_->page().messages_in.load() < 200 && monotonic_now() < deadline) {
        std::this_thread::yield();
    }
    EXPECT_EQ(router_->page().messages_in.load(), 200U);
}

TEST_F(DroverRouter, carries_messages_while_nobody_reads_its_log) {
    router_.reset();
    auto errors = make_nonblocking_pipe();
    ASSERT_TRUE(errors);
    router_ = std::make_unique<RouterProcess>(directory_, errors.value().writing.number());
    errors.value().writing.close();
    begin_live();
    // Each is refused with a line in the log; all of them are more than pipe and router keep.
    for (int count = 0; count < 3000; ++count) {
        router_->say({{"do", std::string(1000, 'x')}});
    }
    router_->say({{"do", "report"}});
    Json event = router_->next_event();
    while (event.is_object() && event["event"] != "ready") {
        event = router_->next_event();
    }
    ASSERT_TRUE(event.is_object()) << "the router has stopped at its log";
    giver_.publish("market.bar");
    EXPECT_EQ(taker_.next_message("market.bar"), 1U);
    std::string log;
    const Monotonic deadline = monotonic_now() + longest_wait;
    while (log.find("were left out") == std::string::npos && monotonic_now() < deadline) {
        pollfd item{errors.value().reading.number(), POLLIN, 0};
        ::poll(&item, 1, 100);
        read_available(errors.value().reading, log, log.size() + 1);
    }
    EXPECT_NE(log.find("lines of the log before this one were left out"), std::string::npos);
    EXPECT_NE(log.find("The router does not know the order"), std::string::npos);
}

TEST_F(DroverRouter, copies_messages_to_a_tap) {
    begin_live();
    auto tap = TapReader::connect(context_, endpoint("tap"), "market.");
    ASSERT_TRUE(tap);
    // A subscription takes effect some time after it was made; until then nothing is copied.
    Poller poller;
    Frame frame;
    const Monotonic deadline = monotonic_now() + longest_wait;
    do {
        giver_.publish("market.bar");
        taker_.next();
        taker_.send(encode_control(CreditBody{1, 0, 112}));
        poller.clear();
        poller.add(tap.value(), true, false);
        ASSERT_TRUE(poller.wait(10ms));
    } while (tap.value().receive(frame) != LinkStatus::done && monotonic_now() < deadline);
    const auto message = MessageFrame::decode(frame.bytes());
    ASSERT_TRUE(message);
    EXPECT_EQ(message->topic, "market.bar");
}

TEST_F(DroverRouter, sends_no_orders_while_the_kill_switch_is_engaged) {
    begin_live();
    ASSERT_TRUE(kill_switch_->write(true, "test", "to see"));
    giver_.publish("order.x");
    const Frame answer = giver_.next();
    const auto control = ControlFrame::decode(answer.bytes());
    ASSERT_TRUE(control);
    const auto refused = decode_refused(*control);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused.value().status, DROVER_E_GATED);
    ASSERT_TRUE(kill_switch_->write(false, "test", "seen"));
    giver_.publish("order.x");
    EXPECT_EQ(taker_.next_message("order.x"), 2U);
}

TEST_F(DroverRouter, welcomes_agents_again_after_it_was_killed) {
    begin_live();
    router_->send(SIGKILL);
    EXPECT_EQ(router_->wait_for_exit().signal, SIGKILL);
    start();
    router_->configure(2, "wall");
    EXPECT_EQ(giver_.shake_hands({}), 2U);
    EXPECT_EQ(taker_.shake_hands({">"}), 2U);
    giver_.publish("market.bar");
    EXPECT_EQ(taker_.next_message("market.bar"), 1U);
}

TEST_F(DroverRouter, leads_a_replay_in_lockstep) {
    router_->configure(1, "replay");
    ASSERT_EQ(router_->next_event()["event"], "ready");
    EXPECT_EQ(router_->next_event()["waiting_for"], Json::array({"giver", "taker"}));
    giver_.shake_hands({});
    taker_.shake_hands({">"});
    giver_.send(encode_control(AdvanceBody{1000, 0, 5}));
    giver_.done(false);
    taker_.done(false);
    Json event;
    do {
        event = router_->next_event();
        ASSERT_EQ(event["event"], "replay");
    } while (!event["waiting_for"].empty());
    for (std::int64_t step = 1; step <= 100; ++step) {
        const auto advanced = giver_.next_control<AdvancedBody>();
        ASSERT_TRUE(advanced);
        EXPECT_EQ(advanced->time, step * 1000);
        giver_.publish("market.bar");
        giver_.send(encode_control(AdvanceBody{(step + 1) * 1000, 100'000, 5}));
        giver_.done(true);
        ASSERT_EQ(taker_.next_message("market.bar"), static_cast<std::uint64_t>(step));
        taker_.done(true);
    }
}

}  // namespace
}  // namespace drover
