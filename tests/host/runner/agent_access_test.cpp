// What an agent is not handed because the kill switch voided it, and the grant to engage the
// switch.
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include <drover/agent.hpp>

#include "runner/agent_runner.hpp"
#include "tests/host/runner/probed_runner.hpp"

namespace drover {
namespace {

using test::the_probe;

struct AgentAccess : test::AgentRunnerTest {
    void start() {
        started();
        the_probe->message_seen = [this](const Message& message) {
            ++messages;
            gaps += message.lost();
        };
    }
    static Delivery delivery(std::uint64_t sequence, const char* topic = "in.x") {
        static const Number number{7};
        return number_delivery(number, sequence, topic);
    }

    int messages = 0;
    std::uint64_t gaps = 0;
};

TEST_F(AgentAccess, knows_a_message_that_the_kill_switch_voided_on_its_way) {
    start();
    const auto taken_at =
        static_cast<std::uint16_t>(gate_flag | gate_mark(kill_switch.read().revision));
    EXPECT_FALSE(runner->is_void(taken_at));
    ASSERT_TRUE(kill_switch.write(true, "ann", "a test"));
    EXPECT_TRUE(runner->is_void(taken_at));
    EXPECT_FALSE(runner->is_void(0)) << "its topic is not gated";
    ASSERT_TRUE(kill_switch.write(false, "ann", ""));
    EXPECT_TRUE(runner->is_void(taken_at)) << "release lets through only what comes afterwards";
    EXPECT_FALSE(runner->is_void(
        static_cast<std::uint16_t>(gate_flag | gate_mark(kill_switch.read().revision))));
}

TEST_F(AgentAccess, passes_over_a_voided_message_without_a_callback_and_without_a_gap) {
    start();
    runner->deliver(delivery(1));
    EXPECT_TRUE(runner->pass_over(delivery(2)));
    EXPECT_FALSE(runner->pass_over(delivery(2))) << "it came before";
    EXPECT_FALSE(runner->pass_over(delivery(3, "elsewhere.x")));
    runner->deliver(delivery(3));
    EXPECT_EQ(messages, 2);
    EXPECT_EQ(gaps, 0U);
    EXPECT_EQ(page.layout().voided.load(), 1U);
    EXPECT_EQ(page.layout().lost.load(), 0U);
}

TEST_F(AgentAccess, tells_with_the_next_message_what_was_lost_before_a_voided_one) {
    start();
    runner->deliver(delivery(1));
    EXPECT_TRUE(runner->pass_over(delivery(4)));
    runner->deliver(delivery(5));
    EXPECT_EQ(gaps, 2U);
    EXPECT_EQ(page.layout().lost.load(), 2U);
}

const drover_control_v1* control_of(const drover_host* host) {
    return static_cast<const drover_control_v1*>(
        host->get_extension(host, DROVER_EXTENSION_CONTROL));
}

TEST_F(AgentAccess, may_not_engage_the_kill_switch_without_a_grant) {
    start();
    EXPECT_EQ(control_of(the_probe->host()), nullptr);
}

TEST_F(AgentAccess, engages_the_kill_switch_by_grant_and_says_who_and_why) {
    setup.engageable_switch = &kill_switch;
    start();
    const drover_host* const host = the_probe->host();
    in_callback([host] {
        EXPECT_EQ(control_of(host)->engage(host, {"", 0}), DROVER_E_INVALID);
        const std::string why = "losses";
        EXPECT_EQ(control_of(host)->engage(host, {why.data(), why.size()}), DROVER_OK);
        const std::string again = "another reason";
        EXPECT_EQ(control_of(host)->engage(host, {again.data(), again.size()}), DROVER_OK);
    });
    const KillSwitchState state = kill_switch.read();
    EXPECT_TRUE(state.engaged);
    EXPECT_EQ(state.who, "agent probe");
    EXPECT_EQ(state.reason, "losses") << "the first reason stays";
}

}  // namespace
}  // namespace drover
