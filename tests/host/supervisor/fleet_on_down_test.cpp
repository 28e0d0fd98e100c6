/// What an agent that runs does while a dependency is down.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hand_turned_fleet.hpp"

namespace drover {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace {

/// data <- risk (with this reaction) <- advisor
std::vector<UnitPlan> chain(OnDown reaction) {
    std::vector<UnitPlan> plans{plan("data"), plan("risk", {"data"}), plan("advisor", {"risk"})};
    plans[1].dependencies[0].on_down = reaction;
    return plans;
}

}  // namespace

TEST(FleetOnDown, leaves_an_agent_alone_when_nothing_else_is_said) {
    HandTurnedFleet fleet(chain(OnDown::ignore));
    fleet.all_come_up();
    fleet.is_killed("data");
    EXPECT_THAT(fleet.asked(), ElementsAre("kill data", "spawn data"));
    EXPECT_EQ(fleet.status("risk").health, AgentHealth::healthy);
}

TEST(FleetOnDown, pauses_an_agent_until_its_dependency_is_back) {
    HandTurnedFleet fleet(chain(OnDown::pause));
    fleet.all_come_up();
    fleet.is_killed("data");
    EXPECT_THAT(fleet.asked(), Contains("pause risk"));
    EXPECT_EQ(fleet.state("risk"), AgentState::running);
    EXPECT_EQ(fleet.status("risk").health, AgentHealth::unhealthy);
    EXPECT_EQ(fleet.status("risk").health_code, "dependency.down");
    EXPECT_EQ(fleet.reason("risk"), "paused until data is back (on_down: pause)");
    fleet.comes_up("data");
    EXPECT_THAT(fleet.asked(), ElementsAre("resume risk"));
    EXPECT_EQ(fleet.status("risk").health, AgentHealth::healthy);
    EXPECT_EQ(fleet.reason("risk"), "running");
    EXPECT_EQ(fleet.status("risk").restarts, 0);
}

TEST(FleetOnDown, pauses_while_the_dependency_says_that_it_does_not_do_its_work) {
    HandTurnedFleet fleet(chain(OnDown::pause));
    fleet.all_come_up();
    fleet.supervisor->health("data", {AgentHealth::degraded, "slow", "bars are late"}, fleet.now);
    EXPECT_THAT(fleet.asked(), IsEmpty());
    fleet.supervisor->health("data", {AgentHealth::unhealthy, "silent", "no bars"}, fleet.now);
    EXPECT_THAT(fleet.asked(), ElementsAre("pause risk"));
    fleet.supervisor->health("data", {AgentHealth::healthy, "", ""}, fleet.now);
    EXPECT_THAT(fleet.asked(), ElementsAre("resume risk"));
}

TEST(FleetOnDown, pauses_along_the_chain) {
    std::vector<UnitPlan> plans = chain(OnDown::pause);
    plans[2].dependencies[0].on_down = OnDown::pause;
    HandTurnedFleet fleet(plans);
    fleet.all_come_up();
    fleet.stop({"data"});
    fleet.ends_well("data");
    EXPECT_THAT(fleet.asked(),
                ElementsAre("stop data", "pause risk", "pause advisor", "term data"));
    fleet.start({"data"});
    fleet.comes_up("data");
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn data", "resume risk", "resume advisor"));
}

TEST(FleetOnDown, keeps_what_a_paused_agent_says_of_itself_for_later) {
    HandTurnedFleet fleet(chain(OnDown::pause));
    fleet.all_come_up();
    fleet.is_killed("data");
    fleet.supervisor->health("risk", {AgentHealth::degraded, "limit", "near a limit"}, fleet.now);
    EXPECT_EQ(fleet.status("risk").health, AgentHealth::unhealthy);
    fleet.comes_up("data");
    EXPECT_EQ(fleet.status("risk").health, AgentHealth::degraded);
    EXPECT_EQ(fleet.reason("risk"), "near a limit");
}

TEST(FleetOnDown, stops_a_paused_agent_that_a_person_stops) {
    HandTurnedFleet fleet(chain(OnDown::pause));
    fleet.all_come_up();
    fleet.is_killed("data");
    (void)fleet.asked();
    fleet.stop({"risk"});
    EXPECT_THAT(fleet.asked(), ElementsAre("stop risk"));
    fleet.ends_well("risk");
    fleet.comes_up("data");
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
    EXPECT_THAT(fleet.asked(), Not(Contains("resume risk")));
}

TEST(FleetOnDown, restarts_instead_of_resuming_where_restart_is_asked_for_as_well) {
    std::vector<UnitPlan> plans = chain(OnDown::pause);
    plans[1].dependencies[0].restart = true;
    HandTurnedFleet fleet(plans);
    fleet.all_come_up();
    fleet.is_killed("data");
    (void)fleet.asked();
    fleet.comes_up("data");
    EXPECT_THAT(fleet.asked(), ElementsAre("stop risk"));
}

TEST(FleetOnDown, stops_an_agent_until_its_dependency_is_back) {
    HandTurnedFleet fleet(chain(OnDown::stop));
    fleet.all_come_up();
    fleet.is_killed("data");
    EXPECT_THAT(fleet.asked(), Contains("stop risk"));
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("it stops until data is back (on_down: stop)"));
    fleet.ends_well("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::waiting);
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("waiting for data to be healthy"));
    (void)fleet.asked();
    fleet.comes_up("data");
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn risk"));
    fleet.comes_up("risk");
    EXPECT_EQ(fleet.reason("risk"), "restarted because data was down");
    EXPECT_EQ(fleet.status("risk").restarts, 0);
    EXPECT_EQ(fleet.state("advisor"), AgentState::running);
}

TEST(FleetOnDown, stops_dependents_before_a_dependency_that_a_person_stops) {
    std::vector<UnitPlan> plans = chain(OnDown::stop);
    plans[2].dependencies[0].on_down = OnDown::stop;
    HandTurnedFleet fleet(plans);
    fleet.all_come_up();
    fleet.stop({"data"});
    EXPECT_THAT(fleet.asked(), ElementsAre("stop advisor"));
    fleet.ends_well("advisor");
    EXPECT_THAT(fleet.asked(), ElementsAre("term advisor", "stop risk"));
    fleet.ends_well("risk");
    EXPECT_THAT(fleet.asked(), ElementsAre("term risk", "stop data"));
    fleet.ends_well("data");
    EXPECT_EQ(fleet.state("data"), AgentState::stopped);
    EXPECT_EQ(fleet.state("risk"), AgentState::waiting);
    EXPECT_EQ(fleet.reason("risk"),
              "waiting for data to be healthy (it is stopped); restarted because data was down");
    fleet.start({"data"});
    fleet.comes_up("data");
    fleet.comes_up("risk");
    fleet.comes_up("advisor");
    EXPECT_EQ(fleet.state("advisor"), AgentState::running);
}

TEST(FleetOnDown, stops_an_agent_that_is_failed_with_its_dependency_and_returns_with_it) {
    std::vector<UnitPlan> plans = chain(OnDown::stop);
    plans[0].supervision.restart = RestartMode::no;
    HandTurnedFleet fleet(plans);
    fleet.all_come_up();
    fleet.is_killed("data");
    fleet.ends_well("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::failed);
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("it depends on data, which is failed"));
    fleet.start({"data"});
    fleet.comes_up("data");
    EXPECT_EQ(fleet.state("risk"), AgentState::starting);
}

TEST(FleetOnDown, does_not_come_between_when_the_fleet_shuts_down) {
    HandTurnedFleet fleet(chain(OnDown::stop));
    fleet.all_come_up();
    fleet.supervisor->shutdown(fleet.now);
    fleet.ends_well("advisor");
    fleet.ends_well("risk");
    fleet.ends_well("data");
    EXPECT_TRUE(fleet.supervisor->is_down());
    EXPECT_THAT(fleet.asked(), Not(Contains(HasSubstr("spawn"))));
}

}  // namespace drover
