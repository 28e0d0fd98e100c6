// The clock of an agent under the runner: its timers, and the replay clock that is lent.
#include <gtest/gtest.h>

#include <drover/agent.hpp>

#include "runner/agent_runner.hpp"
#include "tests/host/runner/probed_runner.hpp"

namespace drover {
namespace {

using test::AgentRunnerTest;
using test::the_probe;

TEST_F(AgentRunnerTest, fires_timers_by_the_agents_clock_only) {
    started();
    the_probe->message_seen = [](const Message&) { the_probe->set_timer(5, 1000); };
    deliver();
    EXPECT_EQ(runner->next_timer(), 1000);
    runner->fire_timers();
    EXPECT_TRUE(the_probe->fired.empty());
    runner->set_time(1000);
    runner->fire_timers();
    EXPECT_EQ(the_probe->fired, std::vector<std::uint64_t>{5});
}

TEST_F(AgentRunnerTest, fires_timers_after_as_long_as_before_when_the_clock_was_set) {
    started();
    the_probe->message_seen = [](const Message&) { the_probe->set_timer(5, 1000); };
    deliver();
    runner->shift_deadlines(5000);
    runner->set_time(5999);
    runner->fire_timers();
    EXPECT_TRUE(the_probe->fired.empty());
    runner->set_time(6000);
    runner->fire_timers();
    EXPECT_EQ(the_probe->fired, std::vector<std::uint64_t>{5});
}

TEST_F(AgentRunnerTest, never_lets_its_clock_go_back) {
    started();
    runner->set_time(10);
    runner->set_time(5);
    EXPECT_EQ(runner->time(), 10);
}

TEST_F(AgentRunnerTest, lends_the_replay_clock_to_its_owner_only) {
    started();
    EXPECT_EQ(the_probe->host()->get_extension(the_probe->host(), DROVER_EXTENSION_REPLAY_CLOCK),
              nullptr);
    setup.owns_clock = true;
    started();
    const auto* clock = static_cast<const drover_replay_clock_v1*>(
        the_probe->host()->get_extension(the_probe->host(), DROVER_EXTENSION_REPLAY_CLOCK));
    ASSERT_NE(clock, nullptr);
    the_probe->message_seen = [&](const Message&) {
        EXPECT_EQ(clock->advance(the_probe->host(), 700, 0, 1), DROVER_OK);
        EXPECT_EQ(clock->advance(the_probe->host(), 800, 0, 2), DROVER_E_STATE);
    };
    deliver();
    EXPECT_EQ(transport.asked, 700);
}

}  // namespace
}  // namespace drover
