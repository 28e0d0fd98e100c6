// The clock of an agent under the runner: its timers, how it follows the machine's clocks, and the
// replay clock that is lent.
#include <chrono>
#include <cstdint>
#include <thread>

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

constexpr std::int64_t a_minute = 60'000'000'000;
constexpr std::int64_t an_hour = 60 * a_minute;

/// On a machine whose wall clock the test sets.
struct LiveRunner : AgentRunnerTest {
    LiveRunner() {
        setup.clocks.emplace();
        setup.clocks->wall = [this] { return wall_now() + set_by; };
        setup.start_time = setup.clocks->wall();
    }
    ~LiveRunner() override { runner.reset(); }  // Its stop reads the clock.
    /// Whether the agent's clock goes on from where it is, as time passes.
    [[nodiscard]] bool goes_on() {
        constexpr auto patience = std::chrono::seconds(20);
        runner->follow_clocks();
        const std::int64_t before = runner->time();
        const Monotonic end = monotonic_now() + patience;
        while (runner->time() == before && monotonic_now() < end) {
            std::this_thread::yield();
            runner->follow_clocks();
        }
        return runner->time() > before && runner->time() < before + a_minute;
    }
    void fire_timers() {
        runner->follow_clocks();
        runner->fire_timers();
    }

    std::int64_t set_by = 0;
};

TEST_F(LiveRunner, goes_on_when_the_wall_clock_is_set_back) {
    started();
    runner->follow_clocks();
    set_by = -an_hour;
    EXPECT_TRUE(goes_on());
}

TEST_F(LiveRunner, goes_on_when_the_wall_clock_is_set_back_while_it_starts) {
    make();
    ASSERT_TRUE(runner->prepare());
    the_probe->on_start = [this] {
        set_by = -an_hour;
        return true;
    };
    ASSERT_TRUE(runner->start());
    EXPECT_TRUE(goes_on());
}

TEST_F(LiveRunner, fires_timers_after_as_long_as_before_when_the_wall_clock_is_set_ahead) {
    started();
    the_probe->message_seen = [](const Message&) {
        the_probe->set_timer(5, the_probe->now() + 30 * a_minute);
    };
    deliver();
    set_by = an_hour;
    fire_timers();
    EXPECT_GE(runner->time(), setup.start_time + an_hour) << "now() follows";
    EXPECT_TRUE(the_probe->fired.empty());
    EXPECT_GT(runner->next_timer(), runner->time());
    EXPECT_LE(runner->next_timer(), runner->time() + 30 * a_minute);
}

TEST_F(LiveRunner, fires_timers_of_a_start_during_which_the_wall_clock_is_set_ahead_in_time) {
    make();
    ASSERT_TRUE(runner->prepare());
    the_probe->on_start = [this] {
        the_probe->set_timer(5, the_probe->now() + a_minute);
        set_by = an_hour;
        return true;
    };
    ASSERT_TRUE(runner->start());
    fire_timers();
    EXPECT_TRUE(the_probe->fired.empty());
}

std::int64_t told_deadline = 0;

drover_status stop_and_note(void* /*agent*/, std::int32_t /*reason*/, std::int64_t deadline) {
    told_deadline = deadline;
    return DROVER_OK;
}

TEST_F(LiveRunner, is_told_by_its_own_clock_until_when_it_may_stop) {
    functions().stop = stop_and_note;
    started();
    set_by = -an_hour;
    runner->stop(DROVER_STOP_REQUESTED, setup.clocks->wall() + a_minute);
    EXPECT_GT(told_deadline, runner->time());
    EXPECT_LE(told_deadline, runner->time() + a_minute);
}

TEST_F(LiveRunner, knows_when_the_next_timer_is_due_on_the_monotonic_clock) {
    started();
    EXPECT_FALSE(runner->timer_due()) << "there is none";
    const Monotonic before = monotonic_now();
    the_probe->message_seen = [](const Message&) {
        the_probe->set_timer(5, the_probe->now() + 1'000'000'000);
    };
    deliver();
    ASSERT_TRUE(runner->timer_due());
    EXPECT_LE(*runner->timer_due(), before + std::chrono::seconds(1));
    setup.clocks.reset();
    started();
    deliver();
    EXPECT_FALSE(runner->timer_due()) << "no clock of the machine brings it";
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
