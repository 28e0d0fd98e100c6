// A stop always ends: who blocks it is shown, and whoever will not wait can kill.
#include <csignal>

#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

/// One agent that never returns from stop, and has an hour for it.
constexpr const char* stubborn = R"(  ticker: {plugin: @behaving@, agent: ticker}
  stubborn:
    plugin: @hangs@
    agent: while-stopping
    heartbeat: {timeout: 1h}
    shutdown: {timeout: 1h}
)";

bool says(const Program& program, const std::string& text) {
    return (program.output() + program.errors()).find(text) != std::string::npos;
}

TEST(Stopping, by_down_shows_who_blocks_and_a_second_interrupt_kills) {
    FleetUnderTest fleet;
    fleet.write_agents(stubborn, "shutdown: {timeout: 1h}\n");
    fleet.up();
    Program down = fleet.start_drover({"down", "--timeout", "1h"});
    EXPECT_TRUE(eventually([&] {
        return says(down, "waiting for stubborn (stopping: ") && says(down, "SIGTERM in ") &&
               says(down, "all that is left is killed in ");
    })) << down.errors();
    down.send_signal(SIGINT);
    EXPECT_TRUE(eventually([&] { return says(down, "press Ctrl-C again to kill it"); }));
    down.send_signal(SIGINT);
    ASSERT_TRUE(down.wait_for_end(patience)) << down.errors();
    EXPECT_EQ(down.exit_code(), 0) << down.errors();
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

TEST(Stopping, of_a_fleet_in_the_foreground_is_forced_by_a_second_interrupt) {
    FleetUnderTest fleet;
    fleet.write_agents(stubborn, "shutdown: {timeout: 1h}\n");
    Program up = fleet.start_drover({"up"});
    ASSERT_TRUE(fleet.gets_well()) << up.output() << up.errors();
    up.send_signal(SIGINT);
    EXPECT_TRUE(eventually([&] { return says(up, "waiting for stubborn (stopping: "); }))
        << up.output();
    up.send_signal(SIGINT);
    ASSERT_TRUE(up.wait_for_end(patience)) << up.output();
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

TEST(Stopping, of_the_whole_fleet_has_a_deadline_of_its_own) {
    FleetUnderTest fleet;
    fleet.write_agents(stubborn, "shutdown: {timeout: 300ms}\n");
    fleet.up();
    fleet.down();
    EXPECT_TRUE(fleet.is_gone_within(patience));
    const ProgramResult events = fleet.drover({"events", "stubborn"});
    EXPECT_NE(events.output.find("the fleet did not end within 0.3 s (shutdown.timeout of the "
                                 "fleet)"),
              std::string::npos)
        << events.text();
}

TEST(Stopping, of_one_agent_that_takes_long_keeps_no_other_command_waiting) {
    FleetUnderTest fleet;
    fleet.write_agents(stubborn, "shutdown: {timeout: 1s}\n");
    fleet.up();
    Program stop = fleet.start_drover({"stop", "stubborn", "--timeout", "1h"});
    ASSERT_TRUE(
        fleet.reaches("stubborn", [](const AgentStatus& now) { return now.state == "stopping"; }));
    EXPECT_EQ(fleet.drover({"restart", "ticker"}).exit_code, 0);
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    EXPECT_EQ((*status)["stubborn"].state, "stopping");
    EXPECT_TRUE((*status)["ticker"].is_well());
}

TEST(Stopping, of_an_agent_that_waits_for_another_one_is_done_at_once) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  late:\n    plugin: @hangs@\n    agent: at-start\n    heartbeat: {timeout: 1h, grace: "
        "1h}\n"
        "    shutdown: {timeout: 100ms}\n"
        "  waiting: {plugin: @behaving@, agent: quiet, depends_on: [late]}\n");
    fleet.up_well_or_not();
    ASSERT_TRUE(
        fleet.reaches("waiting", [](const AgentStatus& now) { return now.state == "waiting"; }));
    EXPECT_EQ(fleet.drover({"stop", "waiting"}).exit_code, 0);
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    EXPECT_EQ((*status)["waiting"].state, "stopped");
}

}  // namespace
}  // namespace drover::scenarios
