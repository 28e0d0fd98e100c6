/// A fleet that runs and is given a new agents.yaml.
#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hand_turned_fleet.hpp"
#include "supervisor/fleet_update.hpp"

namespace drover {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct AppliedFleet : HandTurnedFleet {
    using HandTurnedFleet::HandTurnedFleet;

    void apply(std::vector<UnitPlan> units, std::map<std::string, std::string> restart = {}) {
        EXPECT_TRUE(supervisor->apply({std::move(units), std::move(restart)}, now));
    }
};

TEST(FleetApply, starts_only_the_agent_that_is_new) {
    AppliedFleet fleet({router_plan(), plan("risk")});
    fleet.all_come_up();
    fleet.apply({router_plan(), plan("risk"), plan("advisor", {"risk"})});
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn advisor"));
    EXPECT_THAT(fleet.supervisor->names(), ElementsAre("drover-router", "risk", "advisor"));
}

TEST(FleetApply, starts_new_agents_in_the_order_of_their_dependencies) {
    AppliedFleet fleet({router_plan(), plan("risk")});
    fleet.all_come_up();
    fleet.apply({router_plan(), plan("risk"), plan("advisor", {"broker"}), plan("broker")});
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn broker"));
    fleet.comes_up("broker");
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn advisor"));
}

TEST(FleetApply, stops_removed_agents_dependents_first_and_forgets_them_once_they_have_ended) {
    AppliedFleet fleet({router_plan(), plan("risk"), plan("broker"), plan("advisor", {"broker"})});
    fleet.all_come_up();
    fleet.apply({router_plan(), plan("risk")});
    EXPECT_THAT(fleet.asked(), ElementsAre("stop advisor"));
    EXPECT_THAT(fleet.supervisor->names(), Contains("advisor"));
    EXPECT_THAT(fleet.reason("advisor"), HasSubstr("removed from agents.yaml"));
    fleet.ends_well("advisor");
    EXPECT_THAT(fleet.asked(), Contains("stop broker"));
    EXPECT_THAT(fleet.supervisor->names(), ElementsAre("drover-router", "risk", "broker"));
    fleet.ends_well("broker");
    EXPECT_THAT(fleet.supervisor->names(), ElementsAre("drover-router", "risk"));
    EXPECT_FALSE(fleet.supervisor->status("advisor", fleet.now));
    EXPECT_EQ(fleet.state("risk"), AgentState::running);
}

TEST(FleetApply, forgets_at_once_what_has_no_process) {
    AppliedFleet fleet({router_plan(), plan("risk"), plan("broker")});
    fleet.all_come_up();
    fleet.stop({"broker"});
    fleet.ends_well("broker");
    fleet.apply({router_plan(), plan("risk")});
    EXPECT_THAT(fleet.supervisor->names(), ElementsAre("drover-router", "risk"));
}

TEST(FleetApply, a_removed_agent_that_does_not_end_is_forced_like_any_other) {
    AppliedFleet fleet({router_plan(), plan("risk")});
    fleet.all_come_up();
    fleet.apply({router_plan()});
    (void)fleet.asked();
    fleet.pass(seconds(10));
    EXPECT_THAT(fleet.asked(), ElementsAre("term risk"));
    fleet.pass(milliseconds(500));
    EXPECT_THAT(fleet.asked(), ElementsAre("kill risk"));
    fleet.is_killed("risk");
    EXPECT_THAT(fleet.supervisor->names(), ElementsAre("drover-router"));
}

TEST(FleetApply, restarts_only_who_is_named_and_says_for_which_key) {
    AppliedFleet fleet({router_plan(), plan("risk"), plan("broker")});
    fleet.all_come_up();
    (void)fleet.supervisor->take_changes();
    fleet.apply({router_plan(), plan("risk"), plan("broker")},
                {{"risk", "/agents/risk/config/units"}});
    EXPECT_THAT(fleet.asked(), ElementsAre("stop risk"));
    fleet.ends_well("risk");
    EXPECT_THAT(fleet.asked(), Contains("spawn risk"));
    fleet.comes_up("risk");
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("/agents/risk/config/units changed"));
    const auto changes = fleet.supervisor->take_changes();
    ASSERT_FALSE(changes.empty());
    EXPECT_EQ(changes.front().cause.cause, ChangeCause::configuration);
    EXPECT_EQ(changes.front().cause.name, "/agents/risk/config/units");
    EXPECT_EQ(fleet.status("risk").restarts, 0) << "supervision did not make it";
}

TEST(FleetApply, leaves_an_agent_that_a_person_stopped_as_it_is) {
    AppliedFleet fleet({router_plan(), plan("risk")});
    fleet.all_come_up();
    fleet.stop({"risk"});
    fleet.ends_well("risk");
    (void)fleet.asked();
    fleet.apply({router_plan(), plan("risk"), plan("advisor", {"risk"})},
                {{"risk", "/agents/risk/config/units"}});
    EXPECT_THAT(fleet.asked(), IsEmpty());
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
    EXPECT_THAT(fleet.reason("advisor"), HasSubstr("waiting for risk"));
}

TEST(FleetApply, gives_a_failed_agent_another_try_when_it_changed) {
    UnitPlan risk = plan("risk");
    risk.supervision.restart = RestartMode::no;
    AppliedFleet fleet({router_plan(), risk});
    fleet.all_come_up();
    fleet.is_killed("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::failed);
    (void)fleet.asked();
    fleet.apply({router_plan(), risk}, {{"risk", "/agents/risk/config/units"}});
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn risk"));
}

TEST(FleetApply, changes_the_restart_policy_of_a_running_agent) {
    AppliedFleet fleet({router_plan(), plan("risk")});
    fleet.all_come_up();
    UnitPlan changed = plan("risk");
    changed.supervision.restart = RestartMode::no;
    fleet.apply({router_plan(), changed});
    EXPECT_THAT(fleet.asked(), IsEmpty());
    fleet.is_killed("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::failed);
}

TEST(FleetApply, changes_backoff_and_limit_without_forgetting_what_was_counted) {
    AppliedFleet fleet({router_plan(), plan("risk")});
    fleet.all_come_up();
    fleet.is_killed("risk");
    fleet.comes_up("risk");
    UnitPlan changed = plan("risk");
    changed.supervision.backoff.initial = seconds(7);
    fleet.apply({router_plan(), changed});
    fleet.is_killed("risk");
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("in 7 s")) << "the second restart, by the new wait";
    changed.supervision.restart_limit.max_restarts = 2;
    changed.supervision.restart_limit.then = AfterLimit::fail;
    fleet.apply({router_plan(), changed});
    fleet.pass(seconds(7));
    fleet.comes_up("risk");
    fleet.is_killed("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::failed);
}

TEST(FleetApply, changes_the_time_to_be_ready_of_an_agent_that_starts) {
    AppliedFleet fleet({router_plan(), plan("risk")});
    fleet.supervisor->start_all(fleet.now);
    fleet.comes_up(router_unit_name);
    fleet.supervisor->spawned("risk", fleet.now);
    UnitPlan changed = plan("risk");
    changed.supervision.heartbeat.grace = minutes(1);
    fleet.apply({router_plan(), changed});
    (void)fleet.asked();
    fleet.pass(seconds(30));
    EXPECT_THAT(fleet.asked(), IsEmpty());
    fleet.pass(seconds(30));
    EXPECT_THAT(fleet.asked(), ElementsAre("abort risk"));
}

TEST(FleetApply, changes_the_time_to_stop) {
    AppliedFleet fleet({router_plan(), plan("risk")});
    fleet.all_come_up();
    UnitPlan changed = plan("risk");
    changed.supervision.shutdown_timeout = seconds(1);
    fleet.apply({router_plan(), changed});
    fleet.stop({"risk"});
    (void)fleet.asked();
    fleet.pass(seconds(1));
    EXPECT_THAT(fleet.asked(), ElementsAre("term risk"));
}

TEST(FleetApply, a_new_dependency_restarts_nobody_and_counts_from_then_on) {
    AppliedFleet fleet({router_plan(), plan("risk"), plan("advisor")});
    fleet.all_come_up();
    UnitPlan changed = plan("advisor", {"risk"});
    changed.dependencies[0].restart = true;
    fleet.apply({router_plan(), plan("risk"), changed});
    EXPECT_THAT(fleet.asked(), IsEmpty());
    fleet.is_killed("risk");
    fleet.comes_up("risk");
    EXPECT_THAT(fleet.asked(), Contains("stop advisor"));
}

TEST(FleetApply, a_dependency_that_stays_is_not_taken_for_one_that_came_back) {
    UnitPlan advisor = plan("advisor", {"risk"});
    advisor.dependencies[0].restart = true;
    AppliedFleet fleet({router_plan(), plan("old"), plan("risk"), advisor});
    fleet.all_come_up();
    fleet.is_killed("risk");
    fleet.comes_up("risk");
    fleet.ends_well("advisor");
    fleet.comes_up("advisor");
    (void)fleet.asked();
    fleet.apply({router_plan(), plan("new"), advisor, plan("risk")});
    EXPECT_THAT(fleet.asked(), testing::UnorderedElementsAre("stop old", "spawn new"));
    fleet.ends_well("old");
    EXPECT_THAT(fleet.asked(), Not(Contains("stop advisor")));
}

TEST(FleetApply, disables_and_enables_an_agent) {
    AppliedFleet fleet({router_plan(), plan("risk")});
    fleet.all_come_up();
    UnitPlan off = plan("risk");
    off.enabled = false;
    fleet.apply({router_plan(), off});
    EXPECT_THAT(fleet.asked(), ElementsAre("stop risk"));
    fleet.ends_well("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::disabled);
    (void)fleet.asked();
    fleet.apply({router_plan(), plan("risk")});
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn risk"));
}

TEST(FleetApply, an_agent_that_returns_while_it_still_stops_starts_again) {
    AppliedFleet fleet({router_plan(), plan("risk")});
    fleet.all_come_up();
    fleet.apply({router_plan()});
    fleet.apply({router_plan(), plan("risk")});
    EXPECT_THAT(fleet.asked(), ElementsAre("stop risk"));
    fleet.ends_well("risk");
    EXPECT_THAT(fleet.asked(), Contains("spawn risk"));
    EXPECT_THAT(fleet.supervisor->names(), ElementsAre("drover-router", "risk"));
}

TEST(FleetApply, a_person_cannot_start_what_is_being_removed) {
    AppliedFleet fleet({router_plan(), plan("risk")});
    fleet.all_come_up();
    fleet.apply({router_plan()});
    const auto started = fleet.supervisor->start({"risk"}, fleet.now);
    ASSERT_FALSE(started);
    EXPECT_THAT(started.error().message, HasSubstr("removed from agents.yaml"));
    fleet.ends_well("risk");
    EXPECT_EQ(fleet.supervisor->start({"risk"}, fleet.now).error().kind, ErrorKind::not_found);
}

TEST(FleetApply, restarts_the_router_after_those_that_stop_and_before_those_that_start) {
    AppliedFleet fleet({router_plan(), plan("risk"), plan("broker")});
    fleet.all_come_up();
    fleet.apply({router_plan(), plan("risk"), plan("broker"), plan("advisor")},
                {{router_unit_name, "/agents/advisor"}, {"broker", "/agents/broker/config"}});
    EXPECT_THAT(fleet.asked(), ElementsAre("stop broker"));
    fleet.ends_well("broker");
    EXPECT_THAT(fleet.asked(), Contains("stop drover-router"));
    fleet.ends_well(router_unit_name);
    EXPECT_THAT(fleet.asked(), Contains("spawn drover-router"));
    EXPECT_EQ(fleet.state("risk"), AgentState::running);
    fleet.comes_up(router_unit_name);
    const Names asked = fleet.asked();
    EXPECT_THAT(asked, Contains("spawn broker"));
    EXPECT_THAT(asked, Contains("spawn advisor"));
}

TEST(FleetApply, refuses_a_cycle_and_changes_nothing) {
    AppliedFleet fleet({router_plan(), plan("risk")});
    fleet.all_come_up();
    const auto applied = fleet.supervisor->apply(
        {{router_plan(), plan("risk", {"advisor"}), plan("advisor", {"risk"})}, {}}, fleet.now);
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().kind, ErrorKind::invalid);
    EXPECT_THAT(fleet.supervisor->names(), ElementsAre("drover-router", "risk"));
}

TEST(FleetApply, has_no_meaning_while_the_fleet_shuts_down) {
    AppliedFleet fleet({router_plan(), plan("risk")});
    fleet.all_come_up();
    fleet.supervisor->shutdown(fleet.now);
    EXPECT_EQ(fleet.supervisor->apply({{router_plan()}, {}}, fleet.now).error().kind,
              ErrorKind::unavailable);
}

TEST(FleetApply, shuts_down_with_an_agent_that_is_being_removed) {
    AppliedFleet fleet({router_plan(), plan("risk"), plan("broker")});
    fleet.all_come_up();
    fleet.apply({router_plan(), plan("risk")});
    fleet.supervisor->shutdown(fleet.now);
    fleet.ends_well("broker");
    fleet.ends_well("risk");
    fleet.ends_well(router_unit_name);
    EXPECT_TRUE(fleet.supervisor->is_down());
}

}  // namespace
}  // namespace drover
