/// Starting in dependency order, waiting, and following a dependency.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hand_turned_fleet.hpp"

namespace drover {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(FleetDependencies, start_all_that_depend_on_nothing_in_parallel) {
    HandTurnedFleet fleet({plan("data"), plan("clock"), plan("risk", {"data", "clock"})});
    fleet.supervisor->start_all(fleet.now);
    EXPECT_THAT(fleet.asked(), UnorderedElementsAre("spawn data", "spawn clock"));
    EXPECT_EQ(fleet.state("risk"), AgentState::waiting);
    EXPECT_EQ(fleet.reason("risk"),
              "waiting for data to be healthy (it is starting), for clock to be healthy (it is "
              "starting)");
}

TEST(FleetDependencies, start_a_dependent_once_all_its_dependencies_are_healthy) {
    HandTurnedFleet fleet({plan("data"), plan("clock"), plan("risk", {"data", "clock"})});
    fleet.supervisor->start_all(fleet.now);
    (void)fleet.asked();
    fleet.comes_up("data");
    EXPECT_THAT(fleet.asked(), IsEmpty());
    fleet.comes_up("clock");
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn risk"));
}

TEST(FleetDependencies, take_executed_for_started) {
    std::vector<UnitPlan> plans{plan("data"), plan("risk", {"data"})};
    plans[1].dependencies[0].condition = DependencyCondition::started;
    HandTurnedFleet fleet(plans);
    fleet.supervisor->start_all(fleet.now);
    (void)fleet.asked();
    fleet.supervisor->spawned("data", fleet.now);
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn risk"));
}

TEST(FleetDependencies, do_not_take_an_unhealthy_dependency_for_healthy) {
    HandTurnedFleet fleet({plan("data"), plan("risk", {"data"})});
    fleet.supervisor->start_all(fleet.now);
    fleet.supervisor->health("data", {AgentHealth::unhealthy, "silent", "no bars"}, fleet.now);
    fleet.comes_up("data");
    EXPECT_EQ(fleet.state("risk"), AgentState::waiting);
    fleet.supervisor->health("data", {AgentHealth::healthy, "", ""}, fleet.now);
    EXPECT_EQ(fleet.state("risk"), AgentState::starting);
}

TEST(FleetDependencies, wait_through_the_restarts_of_a_dependency) {
    HandTurnedFleet fleet({plan("data"), plan("risk", {"data"})});
    fleet.supervisor->start_all(fleet.now);
    fleet.is_killed("data");
    fleet.is_killed("data");
    EXPECT_EQ(fleet.state("data"), AgentState::backing_off);
    EXPECT_EQ(fleet.reason("risk"), "waiting for data to be healthy (it is backing_off)");
    fleet.pass(milliseconds(100));
    fleet.comes_up("data");
    EXPECT_EQ(fleet.state("risk"), AgentState::starting);
}

TEST(FleetDependencies, fail_with_a_dependency_that_failed_for_good_and_return_with_it) {
    std::vector<UnitPlan> plans{plan("data"), plan("risk", {"data"}), plan("advisor", {"risk"})};
    plans[0].supervision.restart = RestartMode::no;
    HandTurnedFleet fleet(plans);
    fleet.supervisor->start_all(fleet.now);
    fleet.is_killed("data");
    EXPECT_EQ(fleet.state("risk"), AgentState::failed);
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("depends on data, which is failed"));
    EXPECT_EQ(fleet.state("advisor"), AgentState::failed);
    fleet.start({"data"});
    fleet.comes_up("data");
    fleet.comes_up("risk");
    EXPECT_EQ(fleet.state("advisor"), AgentState::starting);
}

TEST(FleetDependencies, fail_at_once_behind_an_agent_that_cannot_run) {
    std::vector<UnitPlan> plans{plan("data"), plan("risk", {"data"}), plan("other")};
    plans[0].cannot_run = "'data.so' is not a library.";
    HandTurnedFleet fleet(plans);
    fleet.supervisor->start_all(fleet.now);
    EXPECT_EQ(fleet.state("data"), AgentState::failed);
    EXPECT_EQ(fleet.reason("data"), "'data.so' is not a library.");
    EXPECT_EQ(fleet.state("risk"), AgentState::failed);
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn other"));
    const auto refused = fleet.supervisor->start({"data"}, fleet.now);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, ErrorKind::refused);
}

TEST(FleetDependencies, start_what_a_named_agent_depends_on) {
    HandTurnedFleet fleet({plan("data"), plan("broker", {"data"}), plan("other")});
    fleet.start({"broker"});
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn data"));
    fleet.comes_up("data");
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn broker"));
    EXPECT_EQ(fleet.state("other"), AgentState::stopped);
    EXPECT_EQ(fleet.reason("other"), "not started yet");
}

TEST(FleetDependencies, restart_a_dependent_after_its_dependency_came_back_when_asked_to) {
    std::vector<UnitPlan> plans{plan("data"), plan("risk", {"data"}), plan("other", {"data"})};
    plans[1].dependencies[0].restart = true;
    HandTurnedFleet fleet(plans);
    fleet.all_come_up();
    fleet.is_killed("data");
    EXPECT_THAT(fleet.asked(), ElementsAre("kill data", "spawn data"));
    EXPECT_EQ(fleet.state("risk"), AgentState::running);
    fleet.comes_up("data");
    EXPECT_THAT(fleet.asked(), ElementsAre("stop risk"));
    fleet.ends_well("risk");
    EXPECT_THAT(fleet.asked(), testing::Contains("spawn risk"));
    fleet.comes_up("risk");
    EXPECT_EQ(fleet.reason("risk"), "restarted because data came back");
    EXPECT_EQ(fleet.status("risk").restarts, 0);
    EXPECT_EQ(fleet.state("other"), AgentState::running);
}

TEST(FleetDependencies, do_not_restart_a_dependent_for_a_change_of_health) {
    std::vector<UnitPlan> plans{plan("data"), plan("risk", {"data"})};
    plans[1].dependencies[0].restart = true;
    HandTurnedFleet fleet(plans);
    fleet.all_come_up();
    fleet.supervisor->health("data", {AgentHealth::unhealthy, "silent", "no bars"}, fleet.now);
    fleet.supervisor->health("data", {AgentHealth::healthy, "", ""}, fleet.now);
    EXPECT_THAT(fleet.asked(), IsEmpty());
}

TEST(FleetDependencies, leave_a_stopped_dependent_stopped_when_its_dependency_comes_back) {
    std::vector<UnitPlan> plans{plan("data"), plan("risk", {"data"})};
    plans[1].dependencies[0].restart = true;
    HandTurnedFleet fleet(plans);
    fleet.all_come_up();
    fleet.stop({"risk"});
    fleet.ends_well("risk");
    fleet.is_killed("data");
    fleet.comes_up("data");
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
}

TEST(FleetDependencies, make_every_agent_wait_for_the_router_at_its_start) {
    HandTurnedFleet fleet({plan("data"), router_plan()});
    fleet.start({"data"});
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn drover-router"));
    EXPECT_EQ(fleet.reason("data"), "waiting for drover-router to be healthy (it is starting)");
    fleet.comes_up(router_unit_name);
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn data"));
}

TEST(FleetDependencies, leave_agents_alone_when_the_router_is_killed) {
    HandTurnedFleet fleet({plan("data"), router_plan()});
    fleet.all_come_up();
    for (int kill = 1; kill <= 10; ++kill) {
        fleet.is_killed(router_unit_name);
        fleet.pass(seconds(1));
        fleet.comes_up(router_unit_name);
        EXPECT_EQ(fleet.status(router_unit_name).restarts, kill);
    }
    EXPECT_EQ(fleet.state("data"), AgentState::running);
    EXPECT_EQ(fleet.status("data").restarts, 0);
}

}  // namespace drover
