// Agents that misbehave while they run: each gets the state and the reason that it earned, and its
// neighbours notice nothing.
#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

/// A fleet with a ticker, a listener, and one agent named "bad".
class MisbehavingAgent : public testing::Test {
protected:
    /// Starts the fleet; `bad` is the body of its entry in one line of YAML.
    void start(const std::string& bad, const std::string& more = {}) {
        fleet.write_agents(
            "  ticker: {plugin: @behaving@, agent: ticker}\n"
            "  listener: {plugin: @behaving@, agent: listener}\n"
            "  bad: {" +
                bad + "}\n",
            more);
        fleet.up_well_or_not();
    }
    /// Whether the other two and the router go on as if nothing had happened.
    void expect_calm_neighbours() {
        EXPECT_TRUE(fleet.hears_more("listener"));
        EXPECT_TRUE(fleet.reaches([](const FleetStatus& now) {
            return now["ticker"].is_well() && now["listener"].is_well() &&
                   now["drover-router"].is_well();
        }));
        const auto status = fleet.status();
        ASSERT_TRUE(status);
        for (const char* name : {"ticker", "listener", "drover-router"}) {
            EXPECT_EQ((*status)[name].restarts, 0) << name;
        }
    }
    /// Waits until the bad agent is in this state with these words in its reason or last exit.
    void expect_bad(const std::string& state, const std::string& words) {
        EXPECT_TRUE(fleet.reaches("bad",
                                  [&](const AgentStatus& now) {
                                      return now.state == state &&
                                             (now.reason + now.last_exit).find(words) !=
                                                 std::string::npos;
                                  }))
            << "expected " << state << " with '" << words << "'";
    }

    FleetUnderTest fleet;
};

constexpr const char* fails_at_the_second_crash =
    ", restart_limit: {max_restarts: 1, window: 60s, then: fail}";

TEST_F(MisbehavingAgent, that_crashes_at_its_start_is_failed_in_the_end) {
    start(std::string("plugin: @crashes@, agent: at-start") + fails_at_the_second_crash);
    expect_bad("failed", "SIGSEGV");
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_crashes_at_its_start_once_is_running_afterwards) {
    start("plugin: @crashes@, agent: at-start, config: {once: @FOLDER@/crashed}");
    EXPECT_TRUE(fleet.reaches(
        "bad", [](const AgentStatus& now) { return now.is_well() && now.restarts == 1; }));
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_crashes_on_a_message_is_restarted) {
    start("plugin: @crashes@, agent: on-message, config: {after: 5, once: @FOLDER@/crashed}");
    EXPECT_TRUE(fleet.reaches("bad", [](const AgentStatus& now) {
        return now.is_well() && now.restarts == 1 &&
               now.last_exit.find("SIGSEGV") != std::string::npos;
    }));
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_crashes_on_a_message_again_and_again_cools_down) {
    start(
        "plugin: @crashes@, agent: on-message, "
        "restart_limit: {max_restarts: 2, window: 60s, then: cooldown, cooldown: 1h}");
    EXPECT_TRUE(fleet.reaches(
        "bad", [](const AgentStatus& now) { return now.state == "failed" && now.restarts == 2; }));
    expect_bad("failed", "SIGSEGV");
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_crashes_while_it_stops_is_stopped_all_the_same) {
    start("plugin: @crashes@, agent: while-stopping");
    EXPECT_EQ(fleet.drover({"stop", "bad"}).exit_code, 0);
    expect_bad("stopped", "SIGSEGV");
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_exits_in_a_callback_is_restarted) {
    start("plugin: @crashes@, agent: exit-on-message, config: {once: @FOLDER@/left}");
    EXPECT_TRUE(fleet.reaches("bad", [](const AgentStatus& now) {
        return now.is_well() && now.restarts == 1 &&
               now.last_exit.find("exit code 3") != std::string::npos;
    }));
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_leaves_with_exit_code_0_did_not_complete) {
    start(
        "plugin: @crashes@, agent: leave-quietly, restart: always, "
        "config: {once: @FOLDER@/left}");
    EXPECT_TRUE(fleet.reaches("bad", [](const AgentStatus& now) {
        return now.is_well() && now.restarts == 1 &&
               now.last_exit.find("exit code 0") != std::string::npos;
    }));
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_throws_at_its_start_is_failed_with_what_it_threw) {
    start(std::string("plugin: @throws@, agent: at-start") + fails_at_the_second_crash);
    expect_bad("failed", "the start went wrong on purpose");
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_throws_on_a_message_is_failed_with_what_it_threw) {
    start(std::string("plugin: @throws@, agent: on-message") + fails_at_the_second_crash);
    expect_bad("failed", "the message went wrong on purpose");
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_throws_a_number_is_restarted) {
    start("plugin: @throws@, agent: a-number, config: {once: @FOLDER@/thrown}");
    EXPECT_TRUE(fleet.reaches(
        "bad", [](const AgentStatus& now) { return now.is_well() && now.restarts == 1; }));
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_throws_while_it_stops_is_stopped_all_the_same) {
    start("plugin: @throws@, agent: while-stopping");
    EXPECT_EQ(fleet.drover({"stop", "bad"}).exit_code, 0);
    expect_bad("stopped", "");
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_lets_an_exception_out_of_a_callback_hurts_itself_only) {
    start(std::string("plugin: @throws_past_the_boundary@") + fails_at_the_second_crash);
    expect_bad("failed", "");
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_is_never_ready_is_ended_when_its_grace_is_over) {
    start(std::string("plugin: @hangs@, agent: never-ready, heartbeat: {grace: 300ms}") +
          fails_at_the_second_crash);
    expect_bad("failed", "not ready");
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_never_returns_from_stop_is_killed) {
    start("plugin: @hangs@, agent: while-stopping, shutdown: {timeout: 300ms}");
    EXPECT_EQ(fleet.drover({"stop", "bad"}).exit_code, 0);
    expect_bad("stopped", "SIG");
    expect_calm_neighbours();
    fleet.down();
}

TEST_F(MisbehavingAgent, that_floods_from_a_callback_leaves_the_others_their_messages) {
    start("plugin: @floods@, agent: from-callback");
    EXPECT_TRUE(
        fleet.reaches("bad", [](const AgentStatus& now) { return now.messages_out > 20'000; }));
    EXPECT_TRUE(fleet.hears_more("listener"));
    EXPECT_EQ(fleet.drover({"stop", "bad"}).exit_code, 0);
    expect_bad("stopped", "");
    EXPECT_TRUE(
        fleet.reaches([](const FleetStatus& now) { return now["drover-router"].is_well(); }));
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_floods_from_a_thread_leaves_the_others_their_messages) {
    start("plugin: @floods@, agent: from-thread");
    EXPECT_TRUE(
        fleet.reaches("bad", [](const AgentStatus& now) { return now.messages_out > 20'000; }));
    EXPECT_TRUE(fleet.hears_more("listener"));
    EXPECT_EQ(fleet.drover({"stop", "bad"}).exit_code, 0);
    expect_bad("stopped", "");
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_changes_its_health_all_the_time_keeps_nobody_busy) {
    start("plugin: @floods@, agent: health");
    expect_calm_neighbours();
    EXPECT_TRUE(fleet.reaches("bad", [](const AgentStatus& now) {
        return now.state == "running" && now.reason.find(", time ") != std::string::npos;
    }));
    fleet.down();
}

TEST_F(MisbehavingAgent, that_writes_far_too_many_lines_keeps_nobody_waiting) {
    start("plugin: @floods@, agent: log");
    expect_calm_neighbours();
    EXPECT_TRUE(fleet.reaches("bad", [](const AgentStatus& now) { return now.is_well(); }));
    fleet.down();
}

TEST_F(MisbehavingAgent, that_publishes_outside_its_ports_is_told_no) {
    start("plugin: @trespasses@, agent: outside-its-ports");
    EXPECT_TRUE(fleet.reaches("bad", [](const AgentStatus& now) {
        return now.state == "running" && now.health == "degraded" &&
               now.reason.find("test.tick") != std::string::npos;
    }));
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_publishes_what_another_agent_owns_is_told_no) {
    start("plugin: @trespasses@, agent: what-another-owns",
          "topics:\n  \"order.submit.>\": {publishers: [ticker]}\n");
    EXPECT_TRUE(fleet.reaches("bad", [](const AgentStatus& now) {
        return now.state == "running" && now.health == "degraded" &&
               now.reason.find("order.submit.stolen") != std::string::npos;
    }));
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_forges_topic_handles_is_told_no) {
    start("plugin: @trespasses@, agent: forged-handles");
    EXPECT_TRUE(fleet.reaches("bad", [](const AgentStatus& now) {
        return now.state == "running" && now.health == "degraded" &&
               now.reason.find("both publications were refused") != std::string::npos &&
               now.messages_out == 0;
    }));
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_calls_the_host_after_its_stop_is_stopped) {
    start("plugin: @trespasses@, agent: call-after-stop");
    EXPECT_EQ(fleet.drover({"stop", "bad"}).exit_code, 0);
    expect_bad("stopped", "");
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_leaves_a_child_behind_runs_until_it_is_stopped) {
    start("plugin: @children@");
    expect_calm_neighbours();
    EXPECT_EQ(fleet.drover({"stop", "bad"}).exit_code, 0);
    expect_bad("stopped", "");
}

TEST_F(MisbehavingAgent, that_uses_up_its_descriptors_can_be_restarted) {
    start("plugin: @resources@, agent: leak-descriptors");
    expect_bad("running", "no descriptor is left");
    expect_calm_neighbours();
    EXPECT_EQ(fleet.drover({"restart", "bad"}).exit_code, 0);
    EXPECT_TRUE(fleet.reaches("bad", [](const AgentStatus& now) { return now.is_well(); }));
}

TEST_F(MisbehavingAgent, that_closes_the_hosts_descriptors_is_replaced) {
    start(
        "plugin: @resources@, agent: close-descriptors, config: {after: 3, once: @FOLDER@/closed}");
    EXPECT_TRUE(fleet.reaches(
        "bad", [](const AgentStatus& now) { return now.is_well() && now.restarts == 1; }));
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_is_done_is_completed_and_not_restarted) {
    start("plugin: @endings@, agent: complete");
    EXPECT_TRUE(fleet.reaches("bad", [](const AgentStatus& now) {
        return now.state == "completed" && now.restarts == 0 && !now.pid &&
               now.reason.find("all work is done") != std::string::npos;
    }));
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_gives_up_is_restarted_and_then_failed_with_its_sentence) {
    start(std::string("plugin: @endings@, agent: give-up") + fails_at_the_second_crash);
    EXPECT_TRUE(fleet.reaches("bad", [](const AgentStatus& now) {
        return now.state == "failed" && now.restarts == 1 &&
               now.reason.find("the venue does not answer any more") != std::string::npos;
    }));
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_refuses_its_configuration_is_failed_with_its_sentence) {
    start(std::string("plugin: @endings@, agent: fail-to-configure") + fails_at_the_second_crash);
    expect_bad("failed", "no configuration is good enough");
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_says_it_is_unhealthy_is_shown_so) {
    start("plugin: @endings@, agent: unhealthy");
    EXPECT_TRUE(fleet.reaches("bad", [](const AgentStatus& now) {
        return now.state == "running" && now.health == "unhealthy" &&
               now.reason.find("silent for an hour") != std::string::npos;
    }));
    EXPECT_EQ(fleet.drover({"status", "bad"}).exit_code, 3);
    EXPECT_EQ(fleet.drover({"status", "ticker"}).exit_code, 0);
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_cannot_save_its_state_is_failed_and_its_publications_never_leave) {
    start(std::string("plugin: @endings@, agent: fail-to-save") + fails_at_the_second_crash);
    expect_bad("failed", "the state does not fit");
    EXPECT_TRUE(fleet.reaches("bad", [](const AgentStatus& now) { return now.messages_out == 0; }));
    expect_calm_neighbours();
}

TEST_F(MisbehavingAgent, that_cannot_load_its_state_is_failed_with_its_sentence) {
    start(std::string("plugin: @endings@, agent: fail-to-load") + fails_at_the_second_crash);
    EXPECT_EQ(fleet.drover({"restart", "bad"}).exit_code, 3);
    expect_bad("failed", "the saved state makes no sense");
    expect_calm_neighbours();
}

}  // namespace
}  // namespace drover::scenarios
