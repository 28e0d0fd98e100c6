// An agent that does not come back from a callback is found by its status page and replaced.
#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

constexpr const char* ticking = R"(  ticker: {plugin: @behaving@, agent: ticker}
  listener: {plugin: @behaving@, agent: listener}
)";

TEST(Hang, in_a_callback_is_noticed_and_ended_and_the_agent_returns) {
    FleetUnderTest fleet;
    fleet.write_agents(std::string(ticking) +
                       "  hanger:\n    plugin: @hangs@\n    agent: on-message\n"
                       "    config: {after: 3, once: @FOLDER@/hung}\n"
                       "    heartbeat: {timeout: 300ms}\n");
    fleet.up();
    EXPECT_TRUE(fleet.reaches("hanger", [](const AgentStatus& now) {
        return now.is_well() && now.restarts == 1 && !now.last_exit.empty();
    }));
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    EXPECT_EQ((*status)["ticker"].restarts, 0);
    EXPECT_EQ((*status)["listener"].restarts, 0);
    EXPECT_TRUE(fleet.hears_more("hanger"));
}

TEST(Hang, is_only_told_where_the_file_says_so_and_health_returns_with_the_agent) {
    FleetUnderTest fleet;
    const std::string hanger =
        "  hanger:\n    plugin: @hangs@\n    agent: until\n"
        "    config: {file: @FOLDER@/go}\n    heartbeat: {timeout: 200ms}\n";
    fleet.write_agents(ticking + hanger + "    on_hang: report\n");
    fleet.up_well_or_not();
    EXPECT_TRUE(fleet.reaches("hanger", [](const AgentStatus& now) {
        return now.state == "running" && now.health == "hung" &&
               now.reason.find("on_hang: report") != std::string::npos;
    }));
    const auto before = fleet.status();
    ASSERT_TRUE(before);
    fleet.write("go", "");
    EXPECT_TRUE(fleet.reaches("hanger", [&](const AgentStatus& now) {
        return now.is_well() && now.restarts == 0 && now.pid == (*before)["hanger"].pid;
    }));
    EXPECT_TRUE(fleet.hears_more("hanger"));
    EXPECT_FALSE(std::filesystem::exists(fleet.state_directory() / "crashes/hanger"));
}

TEST(Hang, that_was_only_told_is_ended_at_once_when_a_new_file_says_so) {
    FleetUnderTest fleet;
    const std::string hanger =
        "  hanger:\n    plugin: @hangs@\n    agent: until\n"
        "    config: {file: @FOLDER@/go}\n    heartbeat: {timeout: 200ms}\n";
    fleet.write_agents(ticking + hanger + "    on_hang: report\n");
    fleet.up_well_or_not();
    EXPECT_TRUE(
        fleet.reaches("hanger", [](const AgentStatus& now) { return now.health == "hung"; }));
    fleet.write_agents(ticking + hanger + "    on_hang: kill\n");
    ASSERT_EQ(fleet.drover({"apply"}).exit_code, 0);
    EXPECT_TRUE(fleet.reaches("hanger", [](const AgentStatus& now) {
        return now.restarts >= 1 && now.last_exit.find("SIGKILL") != std::string::npos;
    }));
}

TEST(Hang, that_comes_back_each_time_ends_in_failed_with_a_reason) {
    FleetUnderTest fleet;
    fleet.write_agents(std::string(ticking) +
                       "  hanger:\n    plugin: @hangs@\n    agent: on-message\n"
                       "    heartbeat: {timeout: 200ms}\n"
                       "    restart_limit: {max_restarts: 1, window: 60s, then: fail}\n");
    fleet.up_well_or_not();
    EXPECT_TRUE(fleet.reaches("hanger", [](const AgentStatus& now) {
        return now.state == "failed" && !now.reason.empty() && !now.pid;
    }));
    EXPECT_TRUE(fleet.hears_more("listener"));
}

TEST(Hang, at_the_start_is_ended_when_the_grace_is_over) {
    FleetUnderTest fleet;
    fleet.write_agents(std::string(ticking) +
                       "  hanger:\n    plugin: @hangs@\n    agent: at-start\n"
                       "    config: {once: @FOLDER@/hung}\n"
                       "    heartbeat: {timeout: 300ms, grace: 600ms}\n");
    fleet.up();
    // On a machine that is slow to start it, the next life may have been ended as well.
    EXPECT_TRUE(fleet.reaches(
        "hanger", [](const AgentStatus& now) { return now.is_well() && now.restarts >= 1; }));
}

TEST(Hang, is_not_what_an_agent_has_that_asked_for_more_time) {
    FleetUnderTest fleet;
    fleet.write_agents(std::string(ticking) +
                       "  worker:\n    plugin: @hangs@\n    agent: take-its-time\n"
                       "    config: {work_ms: 900}\n"
                       "    heartbeat: {timeout: 300ms}\n");
    fleet.up();
    EXPECT_TRUE(fleet.reaches("worker", [](const AgentStatus& now) {
        return now.reason.find("the long work is done") != std::string::npos;
    }));
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    EXPECT_EQ((*status)["worker"].restarts, 0);
}

TEST(Hang, of_one_receiver_slows_nobody_else) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker, config: {period_ms: 1, remember: 0}}\n"
        "  listener: {plugin: @behaving@, agent: listener}\n"
        "  hanger:\n    plugin: @hangs@\n    agent: on-message\n    heartbeat: {timeout: 1h}\n");
    fleet.up();
    // More than window and queue hold for the one that hangs.
    constexpr std::uint64_t more_than_is_held = 1500;
    EXPECT_TRUE(fleet.reaches("listener", [](const AgentStatus& now) {
        return now.messages_in > more_than_is_held && now.lost == 0;
    }));
}

TEST(Hang, of_an_agent_stopped_by_a_signal_does_not_keep_down_waiting) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker, shutdown: {timeout: 1s}}\n"
        "  listener: {plugin: @behaving@, agent: listener}\n");
    fleet.up();
    ASSERT_TRUE(gets_signal(fleet.pid_of("ticker"), SIGSTOP));
    fleet.down();
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

TEST(Hang, is_not_what_an_idle_agent_has_that_a_signal_stops_but_its_health_tells_of_it) {
    FleetUnderTest fleet;
    fleet.write_agents("  idler: {plugin: @behaving@, agent: quiet}\n");
    fleet.up();
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    const int pid = (*status)["idler"].pid.value_or(0);
    ASSERT_TRUE(gets_signal(pid, SIGSTOP));
    EXPECT_TRUE(fleet.reaches("idler", [](const AgentStatus& now) {
        return now.state == "running" && now.health == "unhealthy" &&
               now.reason == "its process is stopped by a signal (state T)";
    }));
    ASSERT_TRUE(gets_signal(pid, SIGCONT));
    EXPECT_TRUE(fleet.reaches("idler", [pid](const AgentStatus& now) {
        return now.is_well() && now.pid == pid && now.restarts == 0;
    }));
}

TEST(Hang, at_the_start_is_not_what_a_process_has_that_a_signal_stops) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  late:\n    plugin: @hangs@\n    agent: never-ready\n"
        "    heartbeat: {timeout: 300ms, grace: 5m}\n");
    Program up = fleet.start_drover({"up", "-d", "--timeout", "1s"});
    ASSERT_TRUE(fleet.reaches("late", [](const AgentStatus& now) {
        return now.state == "starting" && now.pid.value_or(0) > 0;
    }));
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    const int pid = (*status)["late"].pid.value_or(0);
    ASSERT_TRUE(gets_signal(pid, SIGSTOP));
    EXPECT_TRUE(fleet.reaches("late", [](const AgentStatus& now) {
        return now.state == "starting" &&
               now.reason.find("stopped by a signal (state T)") != std::string::npos;
    }));
    ASSERT_TRUE(gets_signal(pid, SIGCONT));
    EXPECT_TRUE(fleet.reaches("late", [](const AgentStatus& now) {
        return now.reason.find("stopped by") == std::string::npos;
    }));
    ASSERT_TRUE(up.wait_for_end(patience));
}

}  // namespace
}  // namespace drover::scenarios
