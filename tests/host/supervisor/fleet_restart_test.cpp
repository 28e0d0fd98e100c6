/// Failures: restarts, backing off, and the reasons shown for them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hand_turned_fleet.hpp"

namespace drover {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(FleetRestart, brings_a_killed_agent_back_and_counts_one_restart) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.pass(milliseconds(4100));
    fleet.is_killed("risk");
    EXPECT_THAT(fleet.asked(), ElementsAre("kill risk", "spawn risk"));
    fleet.comes_up("risk");
    const UnitStatus status = fleet.status("risk");
    EXPECT_EQ(status.state, AgentState::running);
    EXPECT_EQ(status.health, AgentHealth::healthy);
    EXPECT_EQ(status.restarts, 1);
    EXPECT_EQ(status.reason, "restarted after: killed by SIGKILL after 4.1 s");
    ASSERT_TRUE(status.last_exit.has_value());
    EXPECT_EQ(status.last_exit->text, "killed by SIGKILL after 4.1 s");
}

TEST(FleetRestart, restarts_an_agent_only_when_nothing_of_its_tree_is_left) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.supervisor->exited("risk", {"killed by SIGKILL", false}, fleet.now);
    EXPECT_EQ(fleet.state("risk"), AgentState::stopping);
    EXPECT_THAT(fleet.asked(), ElementsAre("kill risk"));
    fleet.pass(milliseconds(500));
    EXPECT_THAT(fleet.asked(), ElementsAre("kill risk"));
    fleet.supervisor->tree_empty("risk", fleet.now);
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn risk"));
}

TEST(FleetRestart, backs_off_from_the_time_of_the_exit_and_says_so) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.is_killed("risk");
    fleet.comes_up("risk");
    fleet.is_killed("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::backing_off);
    EXPECT_EQ(fleet.reason("risk"),
              "restarting in 0.1 s (restart 2 of 5): killed by SIGKILL after 0 ms");
    ASSERT_TRUE(fleet.supervisor->next_deadline().has_value());
    EXPECT_EQ(*fleet.supervisor->next_deadline(), fleet.now + milliseconds(100));
    EXPECT_EQ(fleet.status("risk").next_try, fleet.now + milliseconds(100));
    fleet.pass(milliseconds(99));
    EXPECT_EQ(fleet.state("risk"), AgentState::backing_off);
    fleet.pass(milliseconds(1));
    EXPECT_EQ(fleet.state("risk"), AgentState::starting);
}

TEST(FleetRestart, does_not_throttle_an_agent_that_was_healthy_for_long) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    for (int kill = 1; kill <= 20; ++kill) {
        fleet.pass(seconds(60));
        fleet.is_killed("risk");
        EXPECT_EQ(fleet.state("risk"), AgentState::starting);
        fleet.comes_up("risk");
    }
    EXPECT_EQ(fleet.status("risk").restarts, 20);
}

TEST(FleetRestart, judges_an_agent_by_when_it_ended_and_not_by_when_its_tree_did) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.is_killed("risk");
    fleet.comes_up("risk");
    fleet.pass(milliseconds(6));
    fleet.supervisor->exited("risk", {"killed by SIGKILL", false}, fleet.now);
    fleet.pass(minutes(2));
    fleet.supervisor->tree_empty("risk", fleet.now);
    EXPECT_EQ(fleet.state("risk"), AgentState::starting) << "its delay is over already";
    fleet.comes_up("risk");
    fleet.is_killed("risk");
    EXPECT_EQ(fleet.status("risk").next_try, fleet.now + milliseconds(200))
        << "6 ms of health reset nothing";
}

TEST(FleetRestart, is_failed_during_a_cooldown_and_says_when_it_tries_again) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.supervisor->start_all(fleet.now);
    for (int exit = 0; exit < 6; ++exit) {
        fleet.ends("risk", {"exit code 3", false});
        fleet.pass(exit < 5 ? seconds(2) : seconds(0));
    }
    EXPECT_EQ(fleet.state("risk"), AgentState::failed);
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("6 times within 1 min"));
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("exit code 3"));
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("next try in 5 min"));
    (void)fleet.asked();
    fleet.pass(minutes(5));
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn risk"));
    fleet.ends("risk", {"exit code 3", false});
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("next try in 10 min"));
}

TEST(FleetRestart, lets_a_person_start_a_failed_agent_at_any_time) {
    std::vector<UnitPlan> plans{plan("risk")};
    plans[0].supervision.restart_limit = {.max_restarts = 0, .then = AfterLimit::fail};
    HandTurnedFleet fleet(plans);
    fleet.all_come_up();
    fleet.is_killed("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::failed);
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("'drover start risk' tries again"));
    EXPECT_EQ(fleet.supervisor->next_deadline(), std::nullopt);
    fleet.start({"risk"});
    fleet.comes_up("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::running);
    EXPECT_EQ(fleet.status("risk").restarts, 0);
}

TEST(FleetRestart, starts_at_once_when_a_person_starts_an_agent_that_backs_off) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.is_killed("risk");
    fleet.is_killed("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::backing_off);
    fleet.start({"risk"});
    EXPECT_EQ(fleet.state("risk"), AgentState::starting);
    EXPECT_EQ(fleet.status("risk").restarts, 1);
}

TEST(FleetRestart, does_not_try_again_what_cannot_be_started_as_it_is_wanted) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.supervisor->start_all(fleet.now);
    fleet.supervisor->spawn_refused("risk", "limits.nice -5 cannot be set.", fleet.now);
    EXPECT_EQ(fleet.state("risk"), AgentState::failed);
    EXPECT_THAT(fleet.reason("risk"),
                HasSubstr("limits.nice -5 cannot be set; 'drover start risk' tries again"));
    EXPECT_EQ(fleet.status("risk").restarts, 0);
    fleet.start({"risk"});
    EXPECT_EQ(fleet.state("risk"), AgentState::starting);
}

TEST(FleetRestart, shows_what_an_agent_said_when_it_gave_up) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.supervisor->start_all(fleet.now);
    fleet.supervisor->spawned("risk", fleet.now);
    fleet.supervisor->failed("risk", "config", "The limit is negative.", fleet.now);
    fleet.ends("risk", {"exit code 1", false});
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("The limit is negative. (config); exit code 1"));
    EXPECT_EQ(fleet.status("risk").restarts, 1);
}

TEST(FleetRestart, treats_a_program_that_cannot_be_started_as_a_failure) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.supervisor->start_all(fleet.now);
    fleet.supervisor->spawn_failed("risk", "no such file", fleet.now);
    fleet.supervisor->spawn_failed("risk", "no such file", fleet.now);
    EXPECT_EQ(fleet.state("risk"), AgentState::backing_off);
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("it could not be started: no such file"));
}

TEST(FleetRestart, goes_on_behind_a_sentence_without_its_full_stop) {
    UnitPlan unit = plan("risk");
    unit.supervision.restart = RestartMode::no;
    HandTurnedFleet fleet({unit});
    fleet.supervisor->start_all(fleet.now);
    fleet.supervisor->spawn_failed("risk", "The limit is too high.", fleet.now);
    EXPECT_EQ(fleet.reason("risk"),
              "it could not be started: The limit is too high; its restart policy is 'no'; 'drover "
              "start risk' tries again");
}

TEST(FleetRestart, takes_an_exit_before_ready_for_a_failure_whatever_its_code) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.supervisor->start_all(fleet.now);
    fleet.supervisor->spawned("risk", fleet.now);
    fleet.ends_well("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::starting);
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("before it was ready"));
}

TEST(FleetRestart, leaves_an_agent_that_completed_completed) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.supervisor->completed("risk", "all files are read", fleet.now);
    EXPECT_EQ(fleet.state("risk"), AgentState::stopping);
    fleet.ends_well("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::completed);
    EXPECT_EQ(fleet.reason("risk"), "completed: all files are read");
    EXPECT_EQ(fleet.status("risk").health, AgentHealth::unknown);
}

TEST(FleetRestart, restarts_what_ends_well_when_the_policy_says_always) {
    std::vector<UnitPlan> plans{plan("risk")};
    plans[0].supervision.restart = RestartMode::always;
    HandTurnedFleet fleet(plans);
    fleet.all_come_up();
    fleet.ends_well("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::starting);
}

TEST(FleetRestart, shows_what_a_healthy_agent_says_of_itself) {
    HandTurnedFleet fleet({plan("data")});
    fleet.all_come_up();
    EXPECT_EQ(fleet.reason("data"), "running");
    (void)fleet.supervisor->take_changes();
    fleet.supervisor->health(
        "data", {AgentHealth::healthy, "ended", "history ended 2020-04-17"}, fleet.now);
    EXPECT_EQ(fleet.reason("data"), "history ended 2020-04-17");
    EXPECT_EQ(fleet.supervisor->take_changes().size(), 1U);
}

TEST(FleetRestart, takes_a_health_reported_before_ready_for_the_first_one) {
    HandTurnedFleet fleet({plan("data")});
    fleet.supervisor->start_all(fleet.now);
    fleet.supervisor->health("data", {AgentHealth::degraded, "gap", "1 bar is missing"}, fleet.now);
    EXPECT_EQ(fleet.status("data").health, AgentHealth::unknown);
    fleet.comes_up("data");
    EXPECT_EQ(fleet.status("data").health, AgentHealth::degraded);
    EXPECT_EQ(fleet.reason("data"), "1 bar is missing");
}

TEST(FleetRestart, keeps_the_last_twenty_changes_without_passing_through_waiting) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    for (int kill = 0; kill < 10; ++kill) {
        fleet.pass(seconds(60));
        fleet.is_killed("risk");
        fleet.comes_up("risk");
    }
    const auto history = fleet.supervisor->history("risk");
    EXPECT_EQ(history.size(), 20U);
    EXPECT_EQ(history.back().state, AgentState::running);
    for (const UnitChange& change : history) {
        EXPECT_NE(change.state, AgentState::waiting);
        EXPECT_FALSE(change.reason.empty());
    }
}

TEST(FleetRestart, handles_what_a_launcher_reports_at_once_after_the_event_at_hand) {
    class EagerLauncher final : public AgentLauncher {
    public:
        void spawn(const std::string& name) override {
            supervisor->spawned(name, now);
            supervisor->ready(name, now);
        }
        void ask_to_stop(const std::string&, StopReason, Monotonic) override {}
        void pause(const std::string&, const std::string&) override {}
        void resume(const std::string&) override {}
        void terminate_tree(const std::string&) override {}
        void kill_tree(const std::string& name) override { supervisor->tree_empty(name, now); }
        void abort(const std::string&) override {}
        FleetSupervisor* supervisor = nullptr;
        Monotonic now{hours(1)};
    };
    EagerLauncher launcher;
    auto created =
        FleetSupervisor::create({plan("data"), plan("risk", {"data"})}, launcher, 1, launcher.now);
    ASSERT_TRUE(created.has_value());
    launcher.supervisor = created.value().get();
    launcher.supervisor->start_all(launcher.now);
    launcher.supervisor->exited("data", {"killed by SIGKILL", false}, launcher.now);
    EXPECT_EQ(launcher.supervisor->status("risk", launcher.now)->state, AgentState::running);
    EXPECT_EQ(launcher.supervisor->status("data", launcher.now)->state, AgentState::running);
    EXPECT_EQ(launcher.supervisor->status("data", launcher.now)->restarts, 1);
}

TEST(FleetRestart, gives_a_reason_in_every_state) {
    std::vector<UnitPlan> plans{plan("data"), plan("off"), plan("risk", {"data"})};
    plans[1].enabled = false;
    HandTurnedFleet fleet(plans);
    const auto all_have_one = [&] {
        for (const std::string& name : fleet.supervisor->names()) {
            EXPECT_FALSE(fleet.reason(name).empty()) << text_of(fleet.state(name));
        }
    };
    all_have_one();
    fleet.all_come_up();
    all_have_one();
    fleet.is_killed("data");
    fleet.is_killed("data");
    all_have_one();
    fleet.supervisor->shutdown(fleet.now);
    all_have_one();
    fleet.ends_well("risk");
    all_have_one();
    EXPECT_EQ(fleet.reason("off"), "disabled in agents.yaml (enabled: false)");
}

}  // namespace drover
