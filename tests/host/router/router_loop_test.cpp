/// The router's work loop: how it begins, rests and ends, what it is ordered and what it tells, and
/// whose turn it is.
#include "router/router_loop.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <pthread.h>

#include <drover/status.h>

#include "tests/host/router/router_process.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

using RouterLoopTest = DroverRouter;

bool comes_true(const std::function<bool()>& condition) {
    const Monotonic deadline = monotonic_now() + longest_wait;
    while (!condition() && monotonic_now() < deadline) {
        std::this_thread::sleep_for(1ms);
    }
    return condition();
}

TEST_F(RouterLoopTest, does_nothing_at_all_while_nothing_happens) {
    begin_live();
    giver_.publish("market.bar");
    ASSERT_EQ(taker_.next_message("market.bar"), 1U);
    // It settles, then stands still: two equal readings a good while apart.
    const Monotonic deadline = monotonic_now() + longest_wait;
    std::uint64_t before = 0;
    std::uint64_t after = 1;
    while (before != after && monotonic_now() < deadline) {
        before = router_->page().progress.load();
        std::this_thread::sleep_for(200ms);
        after = router_->page().progress.load();
    }
    EXPECT_EQ(before, after);
    EXPECT_EQ(router_->page().began.load(), 0);
}

TEST_F(RouterLoopTest, ends_when_the_supervisor_is_gone) {
    begin_live();
    router_->close_channel();
    EXPECT_TRUE(router_->wait_for_exit().is_success());
}

TEST_F(RouterLoopTest, ends_at_sigterm_before_it_is_configured) {
    router_->send(SIGTERM);
    const ExitStatus& status = router_->wait_for_exit();
    // The signal may come before the program has begun to watch for it.
    EXPECT_TRUE(status.is_success() || status.signal == SIGTERM) << status.text();
}

TEST_F(RouterLoopTest, ends_at_sigterm) {
    begin_live();
    router_->send(SIGTERM);
    EXPECT_TRUE(router_->wait_for_exit().is_success());
}

TEST_F(RouterLoopTest, ends_at_stop) {
    begin_live();
    router_->say({{"do", "stop"}});
    EXPECT_TRUE(router_->wait_for_exit().is_success());
}

TEST_F(RouterLoopTest, gives_up_on_a_configuration_that_is_wrong_and_says_so) {
    router_->say({{"do", "configure"}, {"epoch", 1}});
    const Json event = router_->next_event();
    EXPECT_EQ(event["event"], "failed");
    EXPECT_EQ(event["code"], "router.configure");
    EXPECT_EQ(router_->wait_for_exit().code, 1);
}

TEST_F(RouterLoopTest, gives_up_when_it_is_configured_twice) {
    begin_live();
    router_->configure(2, "wall");
    const Json event = router_->next_event();
    EXPECT_EQ(event["event"], "failed");
    EXPECT_EQ(event["message"], "The router was configured twice.");
    EXPECT_EQ(router_->wait_for_exit().code, 1);
}

TEST_F(RouterLoopTest, gives_up_at_an_order_that_comes_before_it_is_configured) {
    router_->say({{"do", "report"}});
    EXPECT_EQ(router_->wait_for_exit().code, 1);
}

TEST_F(RouterLoopTest, passes_over_lines_that_are_no_orders) {
    begin_live();
    router_->say(Json::array({1, 2}));
    router_->say({{"do", "report"}});
    EXPECT_EQ(router_->next_event()["event"], "ready");
}

TEST_F(RouterLoopTest, tells_of_orders_that_it_cannot_obey_and_works_on) {
    begin_live();
    router_->say({{"do", "dance"}});
    router_->link("nobody");
    router_->say({{"do", "link"}, {"agent", "taker"}});
    router_->say({{"do", "agent"}, {"name", "nobody"}, {"state", "running"}});
    router_->say({{"do", "change"}});
    router_->say({{"do", "request"}, {"agent", "nobody"}});
    for (const char* const sentence :
         {"The router does not know the order 'dance'",
          "A link was ordered for 'nobody', which is no agent of this fleet.",
          "The order to make a link is wrong",
          "A state was told of 'nobody', which is no agent of this fleet.",
          "'join' not found",
          "'nobody', which a person asks, is no agent of this fleet."}) {
        const Json event = router_->next_event();
        ASSERT_EQ(event["event"], "health") << sentence;
        EXPECT_EQ(event["level"], "degraded");
        EXPECT_EQ(event["code"], "router.order");
        EXPECT_THAT(event["message"].get<std::string>(), HasSubstr(sentence));
    }
    giver_.publish("market.bar");
    EXPECT_EQ(taker_.next_message("market.bar"), 1U);
}

TEST_F(RouterLoopTest, leaves_a_link_alone_that_is_ordered_again) {
    begin_live();
    router_->link("giver");
    router_->link("taker");
    router_->say({{"do", "report"}});
    ASSERT_EQ(router_->next_event()["event"], "ready");
    giver_.publish("market.bar");
    EXPECT_EQ(taker_.next_message("market.bar"), 1U) << "and no WELCOME";
}

TEST_F(RouterLoopTest, leaves_no_socket_of_an_earlier_life_behind) {
    begin_live();
    const std::filesystem::path former = directory_ / "taker.1";
    ASSERT_TRUE(std::filesystem::exists(former));
    router_->link("taker", 2, "ipc://" + (directory_ / "taker.2").string());
    EXPECT_TRUE(comes_true([&] { return !std::filesystem::exists(former); }));
    EXPECT_TRUE(std::filesystem::exists(directory_ / "taker.2"));
}

TEST_F(RouterLoopTest, tells_when_a_link_cannot_be_made) {
    begin_live();
    router_->link("taker", 2, "ipc:///nowhere/at/all");
    const Json event = router_->next_event();
    EXPECT_EQ(event["event"], "health");
    EXPECT_THAT(event["message"].get<std::string>(), HasSubstr("/nowhere/at/all"));
    EXPECT_TRUE(comes_true([&] { return !std::filesystem::exists(directory_ / "taker.1"); }))
        << "the one before is of no use any more";
}

TEST_F(RouterLoopTest, tells_a_supervisor_that_goes_on_what_the_last_one_may_not_have_heard) {
    router_->configure(1, "replay");
    ASSERT_EQ(router_->next_event()["event"], "ready");
    ASSERT_EQ(router_->next_event()["event"], "replay");
    router_->say({{"do", "report"}});
    EXPECT_EQ(router_->next_event()["event"], "ready");
    const Json event = router_->next_event();
    EXPECT_EQ(event["event"], "replay");
    EXPECT_THAT(event["waiting_for"], ElementsAre("giver", "taker"));
}

TEST_F(RouterLoopTest, takes_an_agent_in_that_joins_the_fleet) {
    begin_live();
    router_->join("third", 3);
    PlayedAgent third(context_, endpoint("third"), "third", 3);
    third.shake_hands({});
    third.publish("market.bar");
    EXPECT_EQ(taker_.next_message("market.bar"), 1U);
}

TEST_F(RouterLoopTest, tells_when_those_that_retire_have_nothing_left_to_do) {
    begin_live();
    router_->say({{"do", "retire"}, {"agents", {"taker"}}});
    const Json event = router_->next_event();
    EXPECT_EQ(event["event"], "retired");
    EXPECT_THAT(event["agents"], ElementsAre("taker"));
}

TEST_F(RouterLoopTest, answers_a_person_who_asks_an_agent_that_is_not_there) {
    router_->configure(1, "wall");
    ASSERT_EQ(router_->next_event()["event"], "ready");
    router_->say({{"do", "agent"}, {"name", "taker"}, {"state", "failed"}});
    router_->say({{"do", "request"},
                  {"id", 9},
                  {"agent", "taker"},
                  {"port", 0},
                  {"timeout", 1'000'000},
                  {"body", ""}});
    const Json event = router_->next_event();
    EXPECT_EQ(event["event"], "reply");
    EXPECT_EQ(event["id"], 9);
    EXPECT_EQ(event["status"], DROVER_E_LOST);
    EXPECT_THAT(event["error"].get<std::string>(), HasSubstr("it is failed"));
}

TEST_F(RouterLoopTest, counts_on_its_page_what_passes_and_what_is_refused) {
    begin_live();
    ASSERT_TRUE(kill_switch_->write(true, "test", "to see"));
    giver_.publish("order.x");
    giver_.publish("market.bar");
    ASSERT_EQ(taker_.next_message("market.bar"), 2U);
    const StatusPageLayout& page = router_->page();
    EXPECT_TRUE(comes_true([&] { return page.messages_out.load() > 0; }));
    EXPECT_EQ(page.messages_in.load(), 2U);
    EXPECT_EQ(page.refused.load(), 1U);
    EXPECT_EQ(page.refused_gated.load(), 1U);
    EXPECT_EQ(page.refused_denied.load(), 0U);
    EXPECT_GT(page.bytes_in.load(), page.bytes_out.load());
    EXPECT_EQ(page.lost.load(), 0U);
}

/// A router loop on a thread of this process that the test can hold, while ZeroMQ's own go on.
class HeldRouterLoop : public ::testing::Test {
protected:
    HeldRouterLoop()
        : kill_switch_(std::move(KillSwitchPage::open(directory_ / "kill_switch", true).value())),
          pair_(std::move(make_socket_pair().value())),
          control_(directory_, std::move(pair_.ours)) {
        sigset_t watched;
        ::sigemptyset(&watched);
        ::sigaddset(&watched, SIGTERM);
        ::pthread_sigmask(SIG_BLOCK, &watched, nullptr);
        EXPECT_EQ(::pipe(gate_.data()), 0);
        struct sigaction action {};
        action.sa_handler = &wait_at_gate;
        ::sigaction(SIGUSR1, &action, nullptr);
        auto loop = RouterLoop::open(LineChannel(std::move(pair_.theirs)),
                                     std::move(StatusPage::attach(page_.descriptor()).value()));
        thread_ = std::thread([loop = std::move(loop.value())] { EXPECT_TRUE(loop->run()); });
    }
    ~HeldRouterLoop() override {
        control_.say({{"do", "stop"}});
        thread_.join();
        std::signal(SIGUSR1, SIG_DFL);
        for (const int end : gate_) {
            ::close(end);
        }
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }
    void hold() {
        ::pthread_kill(thread_.native_handle(), SIGUSR1);
        EXPECT_TRUE(comes_true([] { return is_held_.load(); }));
    }
    void let_go() { EXPECT_EQ(::write(gate_[1], "x", 1), 1); }

    std::filesystem::path directory_ = make_directory();
    KillSwitchPage kill_switch_;
    StatusPage page_ = std::move(StatusPage::create().value());
    SocketPair pair_;
    RouterControl control_;

private:
    static void wait_at_gate(int /*signal*/) {
        const int before = errno;
        is_held_ = true;
        char passed = 0;
        while (::read(gate_[0], &passed, 1) < 0 && errno == EINTR) {
        }
        is_held_ = false;
        errno = before;
    }
    static inline std::array<int, 2> gate_{};
    static inline std::atomic<bool> is_held_ = false;

    std::thread thread_;
};

TEST_F(HeldRouterLoop, ends_the_turn_of_a_link_that_floods_after_a_mebibyte) {
    constexpr std::size_t frames = 40;
    const std::vector<std::byte> record(200'000);
    constexpr std::uint64_t frames_of_a_turn = 6;  // The sixth is the one that passes 1 MiB.
    control_.configure(1, "wall");
    ASSERT_EQ(control_.next_event()["event"], "ready");
    control_.join("third", 3);
    LinkContext context = std::move(LinkContext::open().value());
    PlayedAgent taker(context, control_.endpoint("taker"), "taker", 2);
    taker.shake_hands({">"});
    {
        LinkContext of_senders = std::move(LinkContext::open().value());
        PlayedAgent giver(of_senders, control_.endpoint("giver"), "giver", 1);
        PlayedAgent third(of_senders, control_.endpoint("third"), "third", 3);
        giver.shake_hands({});
        third.shake_hands({});
        giver.linger();
        third.linger();
        hold();
        third.publish("market.quote");
        for (std::size_t count = 0; count < frames; ++count) {
            giver.publish_record("market.flood", record);
        }
    }  // From now on all of it is at hand.
    const std::uint64_t turns = page_.layout().progress.load();
    let_go();
    std::uint64_t before_quote = 0;
    while (taker.next_message("market.flood") != 0) {
        ++before_quote;
        taker.send(encode_control(CreditBody{1, 0, 200'112}));
    }
    EXPECT_LE(before_quote, frames_of_a_turn) << "the other link has its turn next";
    EXPECT_TRUE(comes_true([&] { return page_.layout().messages_in.load() == frames + 1; }));
    EXPECT_GE(page_.layout().progress.load() - turns, frames / frames_of_a_turn);
}

}  // namespace
}  // namespace drover
