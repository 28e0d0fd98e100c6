// Whatever ends droverd, no process of its fleet is left.
#include <chrono>
#include <csignal>
#include <optional>

#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

/// An agent that left a child and a grandchild behind: each in a session of its own, its parent
/// gone, deaf to SIGTERM.
constexpr const char* fleet_with_grandchildren = R"(  ticker: {plugin: @behaving@, agent: ticker}
  listener: {plugin: @behaving@, agent: listener}
  forker: {plugin: @children@}
)";

/// The contract's own limit after a kill. Killing takes a few milliseconds.
constexpr std::chrono::seconds limit_of_the_contract{1};

/// Guard, supervisor, router, three agents and the forker's two.
constexpr std::size_t whole_fleet = 8;

/// Starts a fleet with grandchildren, and gives its status once all of them are there.
std::optional<FleetStatus> start_whole(const FleetUnderTest& fleet) {
    fleet.write_agents(fleet_with_grandchildren);
    fleet.up();
    EXPECT_TRUE(eventually([&fleet] { return fleet.processes().size() >= whole_fleet; }));
    return fleet.status();
}

/// Kills one process of a fleet. All others go, and within the limit in one of a few fleets: a
/// busy machine is slow now and then, what takes too long by itself does so each time.
void expect_none_left_after_a_kill_of(pid_t FleetStatus::*victim) {
    constexpr int fleets = 3;
    bool is_in_time = false;
    for (int fleet_number = 0; fleet_number < fleets && !is_in_time; ++fleet_number) {
        FleetUnderTest fleet;
        const auto status = start_whole(fleet);
        ASSERT_TRUE(status);
        ASSERT_NE(status->guard, status->supervisor);
        const auto killed = std::chrono::steady_clock::now();
        ASSERT_TRUE(gets_signal((*status).*victim, SIGKILL));
        ASSERT_TRUE(fleet.is_gone_within(patience));
        is_in_time = std::chrono::steady_clock::now() - killed <= limit_of_the_contract;
    }
    EXPECT_TRUE(is_in_time);
}

TEST(NoOrphans, are_left_when_the_supervisor_is_killed) {
    expect_none_left_after_a_kill_of(&FleetStatus::supervisor);
}

TEST(NoOrphans, are_left_when_the_guard_is_killed) {
    expect_none_left_after_a_kill_of(&FleetStatus::guard);
}

TEST(NoOrphans, are_in_the_way_of_a_fleet_that_is_started_right_after_a_kill) {
    FleetUnderTest fleet;
    const auto status = start_whole(fleet);
    ASSERT_TRUE(status);
    ASSERT_TRUE(gets_signal(status->supervisor, SIGKILL));
    fleet.up();
}

TEST(NoOrphans, are_left_after_down) {
    FleetUnderTest fleet;
    ASSERT_TRUE(start_whole(fleet));
    fleet.down();
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

TEST(NoOrphans, are_left_when_droverd_is_asked_to_end_by_sigterm) {
    FleetUnderTest fleet;
    fleet.write_agents(fleet_with_grandchildren);
    fleet.up();
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    ASSERT_TRUE(gets_signal(status->guard, SIGTERM));
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

TEST(NoOrphans, are_left_of_an_agent_that_is_stopped) {
    FleetUnderTest fleet;
    ASSERT_TRUE(start_whole(fleet));
    EXPECT_EQ(fleet.drover({"stop", "forker"}).exit_code, 0);
    EXPECT_TRUE(
        fleet.reaches("forker", [](const AgentStatus& now) { return now.state == "stopped"; }));
    EXPECT_TRUE(eventually([&fleet] { return fleet.processes().size() == whole_fleet - 3; }))
        << "its tree must be gone and the others must be there";
}

TEST(NoOrphans, are_left_of_an_agent_that_was_killed) {
    FleetUnderTest fleet;
    const auto status = start_whole(fleet);
    ASSERT_TRUE(status);
    ASSERT_TRUE(gets_signal((*status)["forker"].pid, SIGKILL));
    EXPECT_TRUE(fleet.reaches(
        "forker", [](const AgentStatus& now) { return now.is_well() && now.restarts == 1; }));
    EXPECT_TRUE(eventually([&fleet] { return fleet.processes().size() == whole_fleet; }))
        << "the children of the first life must be gone";
}

TEST(NoOrphans, are_left_of_an_agent_that_exits_behind_its_children) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker}\n"
        "  forker:\n    plugin: @children@\n    config: {then: exit}\n"
        "    restart: no\n");
    fleet.up(3);
    EXPECT_TRUE(fleet.reaches("forker", [](const AgentStatus& now) {
        return now.state == "failed" && now.last_exit.find("exit code 7") != std::string::npos;
    }));
    constexpr std::size_t without_forker = 4;
    EXPECT_TRUE(eventually([&fleet] { return fleet.processes().size() == without_forker; }));
}

TEST(NoOrphans, are_left_by_a_command_that_is_interrupted) {
    FleetUnderTest fleet;
    fleet.write_agents("  ticker: {plugin: @behaving@, agent: ticker}\n");
    fleet.up();
    // Guard, supervisor, router and ticker.
    constexpr std::size_t before = 4;
    ASSERT_TRUE(eventually([&fleet] { return fleet.processes().size() == before; }));
    Program tap = fleet.start_drover({"tap", ">"});
    ASSERT_TRUE(eventually([&tap] { return !tap.output().empty(); })) << tap.errors();
    tap.send_signal(SIGKILL);
    EXPECT_TRUE(eventually([&] { return fleet.processes().size() == before; }));
    EXPECT_TRUE(fleet.gets_well());
}

}  // namespace
}  // namespace drover::scenarios
