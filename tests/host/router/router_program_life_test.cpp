/// The life of the real drover-router: how it begins, rests and ends, and what it leaves behind.
#include <csignal>
#include <filesystem>
#include <thread>

#include "tests/host/router/router_process.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;

TEST_F(DroverRouter, does_nothing_at_all_while_nothing_happens) {
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

TEST_F(DroverRouter, ends_when_the_supervisor_is_gone) {
    begin_live();
    router_->close_channel();
    EXPECT_TRUE(router_->wait_for_exit().is_success());
}

TEST_F(DroverRouter, ends_at_sigterm_before_it_is_configured) {
    router_->send(SIGTERM);
    const ExitStatus& status = router_->wait_for_exit();
    // The signal may come before the program has begun to watch for it.
    EXPECT_TRUE(status.is_success() || status.signal == SIGTERM) << status.text();
}

TEST_F(DroverRouter, ends_at_stop) {
    begin_live();
    router_->say({{"do", "stop"}});
    EXPECT_TRUE(router_->wait_for_exit().is_success());
}

TEST_F(DroverRouter, gives_up_on_a_configuration_that_is_wrong) {
    router_->say({{"do", "configure"}, {"epoch", 1}});
    EXPECT_EQ(router_->wait_for_exit().code, 1);
}

TEST_F(DroverRouter, leaves_no_socket_of_an_earlier_life_behind) {
    begin_live();
    const std::filesystem::path former = directory_ / "taker.1";
    ASSERT_TRUE(std::filesystem::exists(former));
    router_->say({{"do", "link"},
                  {"agent", "taker"},
                  {"incarnation", 2},
                  {"endpoint", "ipc://" + (directory_ / "taker.2").string()},
                  {"token", "secret"}});
    const Monotonic deadline = monotonic_now() + longest_wait;
    while (std::filesystem::exists(former) && monotonic_now() < deadline) {
        std::this_thread::sleep_for(5ms);
    }
    EXPECT_FALSE(std::filesystem::exists(former));
    EXPECT_TRUE(std::filesystem::exists(directory_ / "taker.2"));
}

TEST_F(DroverRouter, tells_when_a_link_cannot_be_made) {
    begin_live();
    router_->say({{"do", "link"},
                  {"agent", "taker"},
                  {"incarnation", 2},
                  {"endpoint", "ipc:///nowhere/at/all"},
                  {"token", "secret"}});
    const Json event = router_->next_event();
    EXPECT_EQ(event["event"], "health");
    EXPECT_NE(event["message"].get<std::string>().find("/nowhere/at/all"), std::string::npos);
}

}  // namespace
}  // namespace drover
