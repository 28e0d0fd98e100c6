/// Stopping: order, escalation, races of wishes, and shutting down.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hand_turned_fleet.hpp"

namespace drover {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(FleetStop, asks_then_terminates_then_kills_the_tree) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.stop({"risk"});
    EXPECT_THAT(fleet.asked(), ElementsAre("stop risk"));
    EXPECT_EQ(fleet.reason("risk"), "a person stops it; SIGTERM in 10 s");
    fleet.pass(seconds(10));
    EXPECT_THAT(fleet.asked(), ElementsAre("term risk"));
    fleet.pass(milliseconds(500));
    EXPECT_THAT(fleet.asked(), ElementsAre("kill risk"));
    fleet.is_killed("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
    EXPECT_EQ(fleet.reason("risk"),
              "stopped by a person; it did not end by itself and got SIGKILL");
}

TEST(FleetStop, goes_on_against_the_tree_when_the_leader_has_ended) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.stop({"risk"});
    (void)fleet.asked();
    fleet.supervisor->exited("risk", {"exit code 0", true}, fleet.now);
    EXPECT_THAT(fleet.asked(), ElementsAre("term risk"));
    EXPECT_EQ(fleet.state("risk"), AgentState::stopping);
    fleet.pass(milliseconds(500));
    EXPECT_THAT(fleet.asked(), ElementsAre("kill risk"));
    fleet.pass(milliseconds(500));
    EXPECT_THAT(fleet.asked(), ElementsAre("kill risk"));
    fleet.supervisor->tree_empty("risk", fleet.now);
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
}

TEST(FleetStop, is_kept_until_a_person_starts_the_agent) {
    std::vector<UnitPlan> plans{plan("risk")};
    plans[0].supervision.restart = RestartMode::always;
    HandTurnedFleet fleet(plans);
    fleet.all_come_up();
    fleet.stop({"risk"});
    fleet.ends_well("risk");
    fleet.pass(hours(24));
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
    EXPECT_EQ(fleet.reason("risk"), "stopped by a person");
    fleet.start({"risk"});
    EXPECT_EQ(fleet.state("risk"), AgentState::starting);
}

TEST(FleetStop, leaves_dependents_running) {
    HandTurnedFleet fleet({plan("data"), plan("risk", {"data"})});
    fleet.all_come_up();
    fleet.stop({"data"});
    fleet.ends_well("data");
    EXPECT_EQ(fleet.state("risk"), AgentState::running);
    EXPECT_EQ(fleet.status("risk").health, AgentHealth::healthy);
    EXPECT_EQ(fleet.reason("risk"), "running");
}

TEST(FleetStop, works_while_waiting_for_a_dependency) {
    HandTurnedFleet fleet({plan("data"), plan("risk", {"data"})});
    fleet.supervisor->start_all(fleet.now);
    fleet.stop({"risk"});
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
    (void)fleet.asked();
    fleet.comes_up("data");
    EXPECT_THAT(fleet.asked(), IsEmpty());
}

TEST(FleetStop, works_while_backing_off) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.is_killed("risk");
    fleet.is_killed("risk");
    fleet.stop({"risk"});
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
    EXPECT_EQ(fleet.supervisor->next_deadline(), std::nullopt);
    (void)fleet.asked();
    fleet.pass(hours(1));
    EXPECT_THAT(fleet.asked(), IsEmpty());
}

TEST(FleetStop, ends_a_cooldown) {
    std::vector<UnitPlan> plans{plan("risk")};
    plans[0].supervision.restart_limit.max_restarts = 0;
    HandTurnedFleet fleet(plans);
    fleet.all_come_up();
    fleet.is_killed("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::failed);
    fleet.stop({"risk"});
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
    EXPECT_EQ(fleet.supervisor->next_deadline(), std::nullopt);
}

TEST(FleetStop, stays_when_the_agent_is_killed_while_it_stops) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.stop({"risk"});
    fleet.is_killed("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
    EXPECT_EQ(fleet.status("risk").restarts, 0);
}

TEST(FleetStop, wins_over_a_crash_that_is_being_cleaned_up) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.supervisor->exited("risk", {"killed by SIGKILL", false}, fleet.now);
    fleet.stop({"risk"});
    fleet.supervisor->tree_empty("risk", fleet.now);
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
}

TEST(FleetStop, remembers_a_start_during_stopping) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.stop({"risk"});
    fleet.start({"risk"});
    EXPECT_EQ(fleet.state("risk"), AgentState::stopping);
    (void)fleet.asked();
    fleet.ends_well("risk");
    EXPECT_THAT(fleet.asked(), ElementsAre("term risk", "spawn risk"));
    fleet.comes_up("risk");
    EXPECT_EQ(fleet.reason("risk"), "started again by a person");
}

TEST(FleetStop, forgets_the_start_when_a_stop_follows) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.stop({"risk"});
    fleet.start({"risk"});
    fleet.stop({"risk"});
    fleet.ends_well("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
}

TEST(FleetStop, restarts_once_for_two_wishes_to_restart) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.restart({"risk"});
    fleet.restart({"risk"});
    EXPECT_THAT(fleet.asked(), ElementsAre("stop risk"));
    fleet.ends_well("risk");
    EXPECT_THAT(fleet.asked(), ElementsAre("term risk", "spawn risk"));
    fleet.comes_up("risk");
    EXPECT_THAT(fleet.asked(), IsEmpty());
    EXPECT_EQ(fleet.state("risk"), AgentState::running);
    EXPECT_EQ(fleet.reason("risk"), "restarted by a person");
    EXPECT_EQ(fleet.status("risk").restarts, 0);
}

TEST(FleetStop, follows_the_last_of_restart_and_stop) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.restart({"risk"});
    fleet.stop({"risk"});
    fleet.ends_well("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
    fleet.restart({"risk"});
    EXPECT_EQ(fleet.state("risk"), AgentState::starting);
}

TEST(FleetStop, restarts_several_in_order_so_that_dependents_meet_the_new_life) {
    HandTurnedFleet fleet({plan("data"), plan("risk", {"data"})});
    fleet.all_come_up();
    fleet.supervisor->restart_all(fleet.now);
    EXPECT_THAT(fleet.asked(), ElementsAre("stop risk"));
    EXPECT_EQ(fleet.reason("data"), "a person restarts it once risk has ended");
    fleet.ends_well("risk");
    EXPECT_THAT(fleet.asked(), ElementsAre("term risk", "stop data"));
    fleet.ends_well("data");
    EXPECT_THAT(fleet.asked(), ElementsAre("term data", "spawn data"));
    fleet.comes_up("data");
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn risk"));
}

TEST(FleetStop, goes_from_dependents_to_dependencies_in_parallel_by_level) {
    HandTurnedFleet fleet(
        {router_plan(), plan("data"), plan("risk", {"data"}), plan("broker", {"data"})});
    fleet.all_come_up();
    fleet.supervisor->shutdown(fleet.now);
    EXPECT_THAT(fleet.asked(), UnorderedElementsAre("shutdown risk", "shutdown broker"));
    fleet.ends_well("risk");
    EXPECT_THAT(fleet.asked(), ElementsAre("term risk"));
    fleet.ends_well("broker");
    EXPECT_THAT(fleet.asked(), ElementsAre("term broker", "shutdown data"));
    fleet.ends_well("data");
    EXPECT_THAT(fleet.asked(), ElementsAre("term data", "shutdown drover-router"));
    EXPECT_FALSE(fleet.supervisor->is_down());
    EXPECT_THAT(fleet.supervisor->units_with_process(), ElementsAre("drover-router"));
    fleet.ends_well(router_unit_name);
    EXPECT_TRUE(fleet.supervisor->is_down());
    EXPECT_EQ(fleet.reason("data"), "stopped because the fleet shuts down");
}

TEST(FleetStop, starts_nothing_once_the_fleet_shuts_down) {
    HandTurnedFleet fleet({router_plan(), plan("data")});
    fleet.all_come_up();
    fleet.supervisor->shutdown(fleet.now);
    const auto refused = fleet.supervisor->start({"data"}, fleet.now);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    fleet.is_killed("data");
    EXPECT_EQ(fleet.state("data"), AgentState::stopped);
}

TEST(FleetStop, kills_every_tree_at_once_when_there_is_no_time) {
    HandTurnedFleet fleet({router_plan(), plan("data"), plan("risk", {"data"})});
    fleet.all_come_up();
    fleet.supervisor->shutdown(fleet.now);
    (void)fleet.asked();
    fleet.supervisor->shutdown_now(fleet.now);
    EXPECT_THAT(fleet.asked(),
                testing::IsSupersetOf({"kill drover-router", "kill data", "kill risk"}));
}

TEST(FleetStop, of_the_fleet_kills_what_is_left_when_its_own_time_is_over) {
    UnitPlan slow = plan("risk", {"data"});
    slow.supervision.shutdown_timeout = hours(1);
    HandTurnedFleet fleet({router_plan(), plan("data"), slow});
    fleet.supervisor->limit_shutdown(seconds(30));
    fleet.all_come_up();
    EXPECT_FALSE(fleet.supervisor->shutdown_deadline());
    fleet.supervisor->shutdown(fleet.now);
    EXPECT_EQ(fleet.supervisor->shutdown_deadline(), fleet.now + seconds(30));
    EXPECT_EQ(fleet.supervisor->next_deadline(), fleet.now + seconds(30));
    EXPECT_THAT(fleet.asked(), ElementsAre("shutdown risk"));
    fleet.pass(seconds(29));
    EXPECT_THAT(fleet.asked(), IsEmpty());
    fleet.pass(seconds(1));
    EXPECT_THAT(fleet.asked(),
                testing::IsSupersetOf({"kill drover-router", "kill data", "kill risk"}));
    fleet.is_killed("risk");
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("the fleet did not end within 30 s"));
}

TEST(FleetStop, goes_on_when_its_process_ends_first_and_says_that_others_are_left) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.stop({"risk"});
    fleet.supervisor->exited("risk", {"exit code 0", true}, fleet.now);
    EXPECT_THAT(fleet.asked(), ElementsAre("stop risk", "term risk"));
    EXPECT_THAT(fleet.reason("risk"),
                HasSubstr("its process has ended, others of its tree have not"));
    fleet.pass(milliseconds(500));
    EXPECT_THAT(fleet.asked(), ElementsAre("kill risk"));
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("what is left of its tree gets SIGKILL"));
    EXPECT_EQ(fleet.state("risk"), AgentState::stopping);
    fleet.supervisor->tree_empty("risk", fleet.now);
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
}

TEST(FleetStop, is_refused_for_the_router_alone) {
    HandTurnedFleet fleet({router_plan(), plan("data")});
    fleet.all_come_up();
    const auto refused = fleet.supervisor->stop({router_unit_name}, fleet.now);
    ASSERT_FALSE(refused.has_value());
    EXPECT_THAT(refused.error().message, HasSubstr("drover down"));
    fleet.supervisor->stop_all(fleet.now);
    EXPECT_THAT(fleet.asked(), ElementsAre("stop data"));
}

TEST(FleetStop, helps_with_a_mistyped_name_and_takes_nothing_then) {
    HandTurnedFleet fleet({plan("data"), plan("risk")});
    fleet.all_come_up();
    const auto refused = fleet.supervisor->stop({"data", "riks"}, fleet.now);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, ErrorKind::not_found);
    EXPECT_THAT(refused.error().message, HasSubstr("'risk'"));
    EXPECT_THAT(fleet.asked(), IsEmpty());
}

TEST(FleetStop, is_cancelled_by_a_start_before_the_agent_was_asked) {
    HandTurnedFleet fleet({plan("data"), plan("risk", {"data"})});
    fleet.all_come_up();
    fleet.stop({"data", "risk"});
    fleet.start({"data"});
    fleet.ends_well("risk");
    EXPECT_EQ(fleet.state("data"), AgentState::running);
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
}

TEST(FleetStop, is_kept_for_another_droverd_until_a_person_starts_the_agent) {
    HandTurnedFleet fleet({plan("data"), plan("risk", {"data"}), plan("other")});
    fleet.all_come_up();
    EXPECT_THAT(fleet.supervisor->kept_stopped(), IsEmpty());
    const auto before = fleet.supervisor->wishes();
    fleet.stop({"data", "other"});
    EXPECT_THAT(fleet.supervisor->kept_stopped(), ElementsAre("data", "other"));
    EXPECT_NE(fleet.supervisor->wishes(), before);
    fleet.start({"risk"});
    EXPECT_THAT(fleet.supervisor->kept_stopped(), ElementsAre("other")) << "risk needs data";
    fleet.restart({"other"});
    EXPECT_THAT(fleet.supervisor->kept_stopped(), IsEmpty());
    fleet.supervisor->shutdown(fleet.now);
    EXPECT_THAT(fleet.supervisor->kept_stopped(), IsEmpty()) << "that was no stop of an agent";
}

TEST(FleetStop, holds_when_another_droverd_starts_the_fleet_but_for_the_policy_always) {
    std::vector<UnitPlan> plans{plan("no"), plan("on_failure"), plan("unless"), plan("always")};
    plans[0].supervision.restart = RestartMode::no;
    plans[2].supervision.restart = RestartMode::unless_stopped;
    plans[3].supervision.restart = RestartMode::always;
    for (UnitPlan& each : plans) {
        each.is_kept_stopped = true;
    }
    HandTurnedFleet fleet(plans);
    fleet.supervisor->start_all(fleet.now);
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn always"));
    EXPECT_THAT(fleet.supervisor->kept_stopped(), ElementsAre("no", "on_failure", "unless"));
}

TEST(FleetStop, of_an_agent_with_the_policy_always_holds_while_droverd_runs) {
    std::vector<UnitPlan> plans{plan("data"), plan("risk", {"data"})};
    plans[0].supervision.restart = RestartMode::always;
    HandTurnedFleet fleet(plans);
    fleet.all_come_up();
    fleet.stop({"data"});
    fleet.is_killed("data");
    EXPECT_EQ(fleet.state("data"), AgentState::stopped);
    fleet.pass(hours(1));
    EXPECT_EQ(fleet.state("data"), AgentState::stopped);
    EXPECT_THAT(fleet.supervisor->kept_stopped(), ElementsAre("data"));
}

TEST(FleetStop, holds_when_another_droverd_starts_the_fleet) {
    std::vector<UnitPlan> plans{plan("data"), plan("risk", {"data"}), plan("other")};
    plans[0].is_kept_stopped = true;
    HandTurnedFleet fleet(plans);
    fleet.supervisor->start_all(fleet.now);
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn other"));
    EXPECT_EQ(fleet.reason("data"),
              "stopped by a person before droverd started; 'drover start data' starts it");
    EXPECT_EQ(fleet.reason("risk"), "waiting for data to be healthy (it is stopped)");
    EXPECT_THAT(fleet.supervisor->kept_stopped(), ElementsAre("data"));
    fleet.supervisor->start_all(fleet.now, "a person");
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn data"));
    EXPECT_THAT(fleet.supervisor->kept_stopped(), IsEmpty());
}

}  // namespace drover
