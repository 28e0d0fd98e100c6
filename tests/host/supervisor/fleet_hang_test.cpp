/// Processes that run and do not do what they should: hung, too large, not ready, stopped from
/// outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hand_turned_fleet.hpp"
#include "supervisor/fleet_update.hpp"

namespace drover {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

UnitPlan plan_with(OnHang on_hang) {
    UnitPlan made = plan("risk");
    made.supervision.on_hang = on_hang;
    return made;
}

}  // namespace

TEST(FleetHang, aborts_a_hung_agent_then_kills_it_and_restarts_it) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.supervisor->hung("risk", milliseconds(2100), fleet.now);
    EXPECT_THAT(fleet.asked(), ElementsAre("abort risk"));
    EXPECT_EQ(fleet.status("risk").health, AgentHealth::hung);
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("one callback ran for 2.1 s"));
    fleet.supervisor->hung("risk", milliseconds(2125), fleet.now);
    EXPECT_THAT(fleet.asked(), IsEmpty());
    fleet.pass(milliseconds(500));
    EXPECT_THAT(fleet.asked(), ElementsAre("kill risk"));
    fleet.is_killed("risk");
    EXPECT_THAT(fleet.asked(), Contains("spawn risk"));
    fleet.comes_up("risk");
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("hung"));
    EXPECT_EQ(fleet.status("risk").restarts, 1);
}

TEST(FleetHang, kills_a_hung_agent_at_once_where_on_hang_says_so) {
    HandTurnedFleet fleet({plan_with(OnHang::kill)});
    fleet.all_come_up();
    fleet.supervisor->hung("risk", milliseconds(2100), fleet.now);
    EXPECT_THAT(fleet.asked(), ElementsAre("kill risk"));
    EXPECT_EQ(fleet.status("risk").health, AgentHealth::hung);
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("one callback ran for 2.1 s"));
    fleet.is_killed("risk");
    EXPECT_THAT(fleet.asked(), Contains("spawn risk"));
    EXPECT_EQ(fleet.supervisor->history("risk").back().cause.name, "on_failure");
}

TEST(FleetHang, only_tells_of_a_hung_agent_where_on_hang_says_so) {
    HandTurnedFleet fleet({plan_with(OnHang::report), plan("desk", {"risk"})});
    fleet.all_come_up();
    fleet.supervisor->hung("risk", milliseconds(2100), fleet.now);
    EXPECT_THAT(fleet.asked(), IsEmpty());
    EXPECT_EQ(fleet.state("risk"), AgentState::running);
    EXPECT_EQ(fleet.status("risk").health, AgentHealth::hung);
    EXPECT_EQ(fleet.status("risk").health_code, "callback.overdue");
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("heartbeat.timeout is 2 s"));
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("on_hang: report"));
    fleet.restart({"desk"});
    fleet.ends_well("desk");
    EXPECT_EQ(fleet.state("desk"), AgentState::waiting) << "what hangs is not healthy";
    fleet.supervisor->came_back("risk", fleet.now);
    EXPECT_EQ(fleet.status("risk").health, AgentHealth::healthy);
    EXPECT_EQ(fleet.reason("risk"), "running");
    EXPECT_EQ(fleet.state("desk"), AgentState::starting);
    EXPECT_EQ(fleet.status("risk").restarts, 0);
}

TEST(FleetHang, ends_a_hung_agent_once_on_hang_no_longer_only_tells_of_it) {
    HandTurnedFleet fleet({plan_with(OnHang::report)});
    fleet.all_come_up();
    fleet.supervisor->hung("risk", seconds(3), fleet.now);
    ASSERT_TRUE(fleet.supervisor->apply({{plan_with(OnHang::abort)}, {}}, fleet.now));
    fleet.supervisor->hung("risk", seconds(4), fleet.now);
    EXPECT_THAT(fleet.asked(), ElementsAre("abort risk"));
}

TEST(FleetHang, kills_and_restarts_an_agent_that_passes_its_limits_and_says_so) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.supervisor->limit_exceeded("risk", "it used 70 MiB of memory", fleet.now);
    EXPECT_THAT(fleet.asked(), ElementsAre("kill risk"));
    EXPECT_EQ(fleet.state("risk"), AgentState::stopping);
    fleet.is_killed("risk");
    EXPECT_THAT(fleet.asked(), Contains("spawn risk"));
    fleet.comes_up("risk");
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("it used 70 MiB of memory"));
    EXPECT_EQ(fleet.status("risk").restarts, 1);
}

TEST(FleetHang, ends_an_agent_that_is_not_ready_within_its_grace) {
    std::vector<UnitPlan> plans{plan("risk")};
    plans[0].supervision.heartbeat.grace = seconds(15);
    HandTurnedFleet fleet(plans);
    fleet.supervisor->start_all(fleet.now);
    fleet.supervisor->spawned("risk", fleet.now);
    (void)fleet.asked();
    fleet.pass(seconds(14));
    EXPECT_THAT(fleet.asked(), IsEmpty());
    fleet.pass(seconds(1));
    EXPECT_THAT(fleet.asked(), ElementsAre("abort risk"));
    fleet.ends("risk", {"killed by SIGABRT", false});
    EXPECT_EQ(fleet.state("risk"), AgentState::starting);
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("not ready within 15 s (heartbeat.grace)"));
}

TEST(FleetHang, shows_a_process_that_is_stopped_from_outside_as_unhealthy_until_it_goes_on) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.supervisor->health("risk", {AgentHealth::degraded, "slow", "quotes are late"}, fleet.now);
    fleet.supervisor->held("risk", "stopped by a signal (state T)", fleet.now);
    EXPECT_EQ(fleet.status("risk").health, AgentHealth::unhealthy);
    EXPECT_EQ(fleet.status("risk").health_code, "process.stopped");
    EXPECT_EQ(fleet.reason("risk"), "its process is stopped by a signal (state T)");
    fleet.supervisor->health("risk", {AgentHealth::healthy, "", ""}, fleet.now);
    EXPECT_EQ(fleet.status("risk").health, AgentHealth::unhealthy) << "said before it was stopped";
    fleet.supervisor->released("risk", fleet.now);
    EXPECT_EQ(fleet.status("risk").health, AgentHealth::healthy);
    EXPECT_THAT(fleet.asked(), IsEmpty());
}

TEST(FleetHang, does_not_count_the_time_in_which_a_starting_process_is_stopped) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.supervisor->start_all(fleet.now);
    fleet.supervisor->spawned("risk", fleet.now);
    (void)fleet.asked();
    fleet.pass(seconds(9));
    fleet.supervisor->held("risk", "held by a debugger (state t)", fleet.now);
    fleet.pass(hours(1));
    EXPECT_EQ(fleet.reason("risk"),
              "starting, not ready yet; its process is held by a debugger (state t)");
    fleet.supervisor->released("risk", fleet.now);
    fleet.pass(milliseconds(900));
    EXPECT_THAT(fleet.asked(), IsEmpty());
    fleet.pass(milliseconds(100));
    EXPECT_THAT(fleet.asked(), ElementsAre("abort risk"));
}

}  // namespace drover
