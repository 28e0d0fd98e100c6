// on_supervisor_death: adopt. The supervisor is killed, and the fleet does not notice.
#include <algorithm>
#include <csignal>

#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

constexpr const char* adopting = "on_supervisor_death: adopt\n";

/// The forker leaves a child and a grandchild behind, each in a session of its own.
constexpr const char* three_agents = R"(  ticker: {plugin: @behaving@, agent: ticker}
  listener: {plugin: @behaving@, agent: listener}
  forker: {plugin: @children@}
)";

/// Guard, supervisor, router, three agents and the forker's two.
constexpr std::size_t all_processes = 8;

/// Kills the supervisor and waits until another one answers. Returns what that one said first.
FleetStatus lose_supervisor(const FleetUnderTest& fleet) {
    const auto before = fleet.status();
    EXPECT_TRUE(before);
    if (before) {
        EXPECT_TRUE(gets_signal(before->supervisor, SIGKILL));
        EXPECT_TRUE(fleet.reaches([&](const FleetStatus& now) {
            return now.supervisor != before->supervisor && now.guard == before->guard;
        }));
    }
    return fleet.status().value_or(FleetStatus{});
}

pid_t pid_of(const FleetStatus& status, const std::string& agent) {
    return status[agent].pid.value_or(-1);
}

TEST(Adoption, keeps_processes_and_messages_when_the_supervisor_is_killed) {
    FleetUnderTest fleet;
    fleet.write_agents(three_agents, adopting);
    fleet.up();
    ASSERT_TRUE(fleet.hears_more("listener"));
    const auto before = fleet.status();
    ASSERT_TRUE(before);
    const FleetStatus after = lose_supervisor(fleet);
    for (const char* name : {"drover-router", "ticker", "listener", "forker"}) {
        EXPECT_EQ(pid_of(after, name), pid_of(*before, name)) << name;
        EXPECT_EQ(after[name].restarts, 0) << name;
    }
    EXPECT_TRUE(fleet.gets_well());
    ASSERT_TRUE(fleet.hears_more("listener"));
    const auto later = fleet.status();
    ASSERT_TRUE(later);
    EXPECT_EQ((*later)["listener"].lost, 0U);
    EXPECT_GT((*later)["listener"].messages_in, (*before)["listener"].messages_in);
    EXPECT_TRUE(eventually([&fleet] { return fleet.processes().size() == all_processes; }));
    const ProgramResult events = fleet.drover({"events", "--kind", "supervisor"});
    EXPECT_NE(events.output.find("adopted"), std::string::npos) << events.text();
    EXPECT_NE(events.output.find("killed by SIGKILL"), std::string::npos) << events.text();
    fleet.down();
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

TEST(Adoption, notices_and_restarts_an_agent_that_died_meanwhile) {
    FleetUnderTest fleet;
    fleet.write_agents(three_agents, adopting);
    fleet.up();
    const auto before = fleet.status();
    ASSERT_TRUE(before);
    ASSERT_TRUE(gets_signal(before->guard, SIGSTOP));  // So that nobody watches for a while.
    ASSERT_TRUE(gets_signal(before->supervisor, SIGKILL));
    ASSERT_TRUE(gets_signal(pid_of(*before, "ticker"), SIGSEGV));
    ASSERT_TRUE(gets_signal(before->guard, SIGCONT));
    EXPECT_TRUE(fleet.reaches("ticker", [&](const AgentStatus& now) {
        return now.is_well() && now.restarts == 1 && now.pid != (*before)["ticker"].pid;
    }));
    const auto after = fleet.status();
    ASSERT_TRUE(after);
    EXPECT_NE((*after)["ticker"].last_exit.find("SIGSEGV"), std::string::npos) << after->text;
    EXPECT_EQ(pid_of(*after, "listener"), pid_of(*before, "listener"));
    EXPECT_TRUE(fleet.hears_more("listener"));
    EXPECT_TRUE(eventually([&fleet] { return fleet.processes().size() == all_processes; }));
}

TEST(Adoption, restarts_an_agent_that_dies_afterwards_and_ends_what_it_left) {
    FleetUnderTest fleet;
    fleet.write_agents(three_agents, adopting);
    fleet.up();
    const FleetStatus adopted = lose_supervisor(fleet);
    ASSERT_TRUE(gets_signal(pid_of(adopted, "forker"), SIGKILL));
    EXPECT_TRUE(fleet.reaches("forker", [](const AgentStatus& now) {
        return now.is_well() && now.restarts == 1 &&
               now.last_exit.find("SIGKILL") != std::string::npos;
    }));
    EXPECT_TRUE(eventually([&fleet] { return fleet.processes().size() == all_processes; }))
        << "the children of the first life must be gone";
    EXPECT_EQ(fleet.drover({"stop", "forker", "ticker"}).exit_code, 0);
    EXPECT_TRUE(eventually([&fleet] { return fleet.processes().size() == all_processes - 4; }));
}

TEST(Adoption, remembers_what_was_counted_and_who_was_stopped) {
    FleetUnderTest fleet;
    fleet.write_agents(three_agents, adopting);
    fleet.up();
    const auto before = fleet.status();
    ASSERT_TRUE(before);
    ASSERT_TRUE(gets_signal(pid_of(*before, "ticker"), SIGKILL));
    ASSERT_TRUE(fleet.reaches(
        "ticker", [](const AgentStatus& now) { return now.is_well() && now.restarts == 1; }));
    ASSERT_EQ(fleet.drover({"stop", "listener"}).exit_code, 0);
    ASSERT_TRUE(
        fleet.reaches("listener", [](const AgentStatus& now) { return now.state == "stopped"; }));
    const FleetStatus after = lose_supervisor(fleet);
    EXPECT_EQ(after["ticker"].restarts, 1);
    EXPECT_NE(after["ticker"].last_exit.find("SIGKILL"), std::string::npos) << after.text;
    EXPECT_EQ(after["listener"].state, "stopped");
    const ProgramResult described = fleet.drover({"describe", "ticker"});
    EXPECT_NE(described.output.find("backing_off"), std::string::npos)
        << "the transitions of before belong to its history: " << described.text();
    EXPECT_EQ(fleet.drover({"start", "listener"}).exit_code, 0);
    EXPECT_TRUE(fleet.gets_well());
}

TEST(Adoption, happens_again_and_new_processes_are_adopted_too) {
    FleetUnderTest fleet;
    fleet.write_agents(three_agents, adopting);
    fleet.up();
    const FleetStatus once = lose_supervisor(fleet);
    ASSERT_TRUE(gets_signal(pid_of(once, "ticker"), SIGKILL));
    ASSERT_TRUE(fleet.reaches(
        "ticker", [](const AgentStatus& now) { return now.is_well() && now.restarts == 1; }));
    const auto before = fleet.status();
    ASSERT_TRUE(before);
    const FleetStatus twice = lose_supervisor(fleet);
    for (const char* name : {"drover-router", "ticker", "listener", "forker"}) {
        EXPECT_EQ(pid_of(twice, name), pid_of(*before, name)) << name;
    }
    EXPECT_TRUE(fleet.gets_well());
    EXPECT_TRUE(fleet.hears_more("listener"));
    EXPECT_TRUE(eventually([&fleet] { return fleet.processes().size() == all_processes; }));
}

TEST(Adoption, goes_on_with_a_router_that_is_killed_afterwards) {
    FleetUnderTest fleet;
    fleet.write_agents(three_agents, adopting);
    fleet.up();
    const FleetStatus adopted = lose_supervisor(fleet);
    ASSERT_TRUE(gets_signal(pid_of(adopted, "drover-router"), SIGKILL));
    EXPECT_TRUE(fleet.reaches("drover-router", [&](const AgentStatus& now) {
        return now.is_well() && now.pid != adopted["drover-router"].pid;
    }));
    EXPECT_TRUE(fleet.hears_more("listener"));
    const auto after = fleet.status();
    ASSERT_TRUE(after);
    EXPECT_EQ(pid_of(*after, "listener"), pid_of(adopted, "listener"));
}

TEST(Adoption, leaves_nothing_when_the_guard_is_killed) {
    FleetUnderTest fleet;
    fleet.write_agents(three_agents, adopting);
    fleet.up();
    const FleetStatus adopted = lose_supervisor(fleet);
    ASSERT_TRUE(gets_signal(adopted.guard, SIGKILL));
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

TEST(Adoption, leaves_no_agent_when_both_are_killed_and_the_next_fleet_runs_alone) {
    FleetUnderTest fleet;
    fleet.write_agents(three_agents, adopting);
    fleet.up();
    const auto before = fleet.status();
    ASSERT_TRUE(before);
    ASSERT_TRUE(gets_signal(before->guard, SIGSTOP));
    ASSERT_TRUE(gets_signal(before->supervisor, SIGKILL));
    ASSERT_TRUE(gets_signal(before->guard, SIGKILL));
    // Killed processes hold the lock of the state directory until they have ended.
    ASSERT_TRUE(eventually([&fleet, &before] {
        return std::ranges::none_of(fleet.processes(), [&before](const MarkedProcess& process) {
            return process.pid == before->guard || process.pid == before->supervisor;
        });
    }));
    fleet.up();
    EXPECT_TRUE(fleet.gets_well());
    EXPECT_TRUE(eventually([&fleet] { return fleet.processes().size() == all_processes; }))
        << "nobody of the fleet of before, the forker's children included";
}

TEST(Adoption, is_given_up_when_supervisors_are_lost_in_a_row) {
    FleetUnderTest fleet;
    fleet.write_agents(three_agents, adopting);
    fleet.up();
    constexpr int most_losses = 5;
    for (int loss = 0; loss < most_losses; ++loss) {
        (void)lose_supervisor(fleet);
    }
    // The sixth within a minute is one too many; where six take longer, a later one is.
    EXPECT_TRUE(eventually(
        [&fleet] {
            if (const auto now = fleet.status()) {
                (void)gets_signal(now->supervisor, SIGKILL);
            }
            return fleet.processes().empty();
        },
        4 * patience));
}

TEST(Adoption, keeps_a_fleet_in_the_foreground) {
    FleetUnderTest fleet;
    fleet.write_agents(three_agents, adopting);
    Program up = fleet.start_drover({"up"});
    ASSERT_TRUE(fleet.gets_well()) << up.output() << up.errors();
    (void)lose_supervisor(fleet);
    EXPECT_TRUE(fleet.gets_well());
    up.send_signal(SIGINT);
    ASSERT_TRUE(up.wait_for_end(patience)) << up.output() << up.errors();
    EXPECT_EQ(up.exit_code(), 0) << up.output() << up.errors();
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

TEST(Adoption, takes_the_file_that_was_applied_and_not_one_that_was_only_saved) {
    FleetUnderTest fleet;
    fleet.write_agents(three_agents, adopting);
    fleet.up();
    fleet.write("agents.yaml", "this: is no fleet\n");
    (void)lose_supervisor(fleet);
    EXPECT_TRUE(fleet.gets_well());
    fleet.write_agents("  ticker: {plugin: @behaving@, agent: ticker}\n", adopting);
    const ProgramResult applied = fleet.drover({"apply"});
    EXPECT_EQ(applied.exit_code, 0) << applied.text();
    EXPECT_TRUE(fleet.reaches([](const FleetStatus& now) { return now.agents.size() == 2; }));
}

}  // namespace
}  // namespace drover::scenarios
