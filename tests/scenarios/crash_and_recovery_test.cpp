// SIGKILL to any agent or to the router: it comes back, says why, and messages flow again.
#include <csignal>

#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"
#include "scenarios/history_file.hpp"
#include "scenarios/trading_fleet.hpp"

namespace drover::scenarios {
namespace {

constexpr const char* chatter = R"(  ticker: {plugin: @behaving@, agent: ticker}
  listener: {plugin: @behaving@, agent: listener, depends_on: [ticker]}
)";

/// Kills an agent with SIGKILL and waits until its next life is running and healthy.
void kill_and_see_it_return(const FleetUnderTest& fleet, const std::string& name) {
    const auto before = fleet.status();
    ASSERT_TRUE(before && (*before)[name].pid) << name;
    const AgentStatus victim = (*before)[name];
    ASSERT_TRUE(gets_signal(victim.pid, SIGKILL));
    EXPECT_TRUE(fleet.reaches(name, [&](const AgentStatus& now) {
        return now.is_well() && now.restarts == victim.restarts + 1 && now.pid != victim.pid;
    })) << name;
    const auto after = fleet.status();
    ASSERT_TRUE(after);
    const AgentStatus& back = (*after)[name];
    EXPECT_NE(back.last_exit.find("SIGKILL"), std::string::npos) << after->text;
    EXPECT_FALSE(back.reason.empty()) << name;
}

TEST(CrashAndRecovery, brings_a_publisher_back) {
    FleetUnderTest fleet;
    fleet.write_agents(chatter);
    fleet.up();
    ASSERT_TRUE(fleet.hears_more("listener"));
    kill_and_see_it_return(fleet, "ticker");
    EXPECT_TRUE(fleet.hears_more("listener"));
    EXPECT_TRUE(fleet.gets_well());
}

TEST(CrashAndRecovery, brings_a_receiver_back) {
    FleetUnderTest fleet;
    fleet.write_agents(chatter);
    fleet.up();
    kill_and_see_it_return(fleet, "listener");
    EXPECT_TRUE(fleet.hears_more("listener"));
    EXPECT_TRUE(fleet.gets_well());
}

TEST(CrashAndRecovery, brings_the_router_back_and_leaves_the_agents_alone) {
    FleetUnderTest fleet;
    fleet.write_agents(chatter);
    fleet.up();
    ASSERT_TRUE(fleet.hears_more("listener"));
    const auto before = fleet.status();
    ASSERT_TRUE(before);
    kill_and_see_it_return(fleet, "drover-router");
    EXPECT_TRUE(fleet.hears_more("listener"));
    EXPECT_TRUE(fleet.gets_well());
    const auto after = fleet.status();
    ASSERT_TRUE(after);
    EXPECT_EQ((*after)["ticker"].pid, (*before)["ticker"].pid);
    EXPECT_EQ((*after)["listener"].pid, (*before)["listener"].pid);
}

TEST(CrashAndRecovery, survives_the_router_again_and_again) {
    FleetUnderTest fleet;
    fleet.write_agents(chatter);
    fleet.up();
    for (int round = 0; round < 4; ++round) {
        kill_and_see_it_return(fleet, "drover-router");
        EXPECT_TRUE(fleet.hears_more("listener"));
    }
    EXPECT_TRUE(fleet.gets_well());
}

TEST(CrashAndRecovery, survives_all_agents_and_the_router_at_once) {
    FleetUnderTest fleet;
    fleet.write_agents(chatter);
    fleet.up();
    const auto before = fleet.status();
    ASSERT_TRUE(before);
    for (const auto& [name, agent] : before->agents) {
        ASSERT_TRUE(gets_signal(agent.pid, SIGKILL));
    }
    EXPECT_TRUE(fleet.reaches([](const FleetStatus& now) {
        return now.is_well() && now["ticker"].restarts == 1 && now["listener"].restarts == 1 &&
               now["drover-router"].restarts == 1;
    }));
    EXPECT_TRUE(fleet.hears_more("listener"));
}

TEST(CrashAndRecovery, restarts_an_agent_that_left_with_a_reason_that_says_how) {
    FleetUnderTest fleet;
    fleet.write_agents(std::string(chatter) +
                       "  leaver:\n    plugin: @crashes@\n    agent: exit-on-message\n"
                       "    config: {after: 3, once: @FOLDER@/left}\n");
    fleet.up();
    EXPECT_TRUE(fleet.reaches("leaver", [](const AgentStatus& now) {
        return now.is_well() && now.restarts == 1 &&
               now.last_exit.find("exit code 3") != std::string::npos;
    }));
}

TEST(CrashAndRecovery, plays_the_history_on_after_each_agent_of_the_trading_fleet_was_killed) {
    FleetUnderTest fleet;
    const auto history = fleet.write("history.csv", random_walk(20'000));
    fleet.write("agents.yaml", trading_fleet_yaml({.history = history, .speed = "250"}));
    fleet.up();
    for (const char* name : {"market-data",
                             "broker",
                             "pattern-recognition",
                             "risk",
                             "advisor",
                             "performance",
                             "backtest",
                             "drover-router"}) {
        kill_and_see_it_return(fleet, name);
        ASSERT_TRUE(fleet.hears_more("broker")) << "the replay stands still after " << name;
    }
    EXPECT_TRUE(fleet.hears_more("pattern-recognition"));
    EXPECT_TRUE(fleet.hears_more("performance"));
}

TEST(CrashAndRecovery, restarts_what_asked_for_it_together_with_its_dependency) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker}\n"
        "  follower:\n    plugin: @behaving@\n    agent: listener\n"
        "    depends_on: {ticker: {condition: healthy, restart: true}}\n"
        "  bystander:\n    plugin: @behaving@\n    agent: listener\n    depends_on: [ticker]\n");
    fleet.up();
    const auto before = fleet.status();
    ASSERT_TRUE(before);
    kill_and_see_it_return(fleet, "ticker");
    EXPECT_TRUE(fleet.reaches("follower", [&](const AgentStatus& now) {
        return now.is_well() && now.pid != (*before)["follower"].pid;
    }));
    const auto after = fleet.status();
    ASSERT_TRUE(after);
    EXPECT_EQ((*after)["bystander"].pid, (*before)["bystander"].pid);
}

}  // namespace
}  // namespace drover::scenarios
