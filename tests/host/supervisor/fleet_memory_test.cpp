// What one supervisor knew, another one goes on with.
#include <map>

#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "tests/host/supervisor/hand_turned_fleet.hpp"

namespace drover {
namespace {

/// The same plans under another supervisor, at the same moment.
void go_on(HandTurnedFleet& after, const HandTurnedFleet& before) {
    after.now = before.now;
    std::map<std::string, Json> memories;
    for (const std::string& name : before.supervisor->names()) {
        // Through text, as it travels.
        memories[name] = Json::parse(to_line(before.supervisor->memory_of(name)));
    }
    EXPECT_TRUE(after.supervisor->resume(memories, after.now).has_value());
}

std::vector<UnitPlan> two_plans() {
    return {router_plan(), plan("data"), plan("risk", {"data"})};
}

TEST(FleetMemory, goes_on_with_what_runs_and_starts_nothing) {
    HandTurnedFleet before(two_plans());
    before.all_come_up();
    HandTurnedFleet after(two_plans());
    go_on(after, before);
    EXPECT_EQ(after.asked(), Names{});
    EXPECT_EQ(after.state("risk"), AgentState::running);
    EXPECT_EQ(after.status("risk").health, AgentHealth::healthy);
    EXPECT_EQ(after.status("risk").started, before.status("risk").started);
}

TEST(FleetMemory, holds_states_reasons_ends_and_histories) {
    HandTurnedFleet before(two_plans());
    before.all_come_up();
    before.is_killed("data");
    before.comes_up("data");
    before.is_killed("data");  // The second one waits.
    before.stop({"risk"});
    before.ends_well("risk");
    HandTurnedFleet after(two_plans());
    go_on(after, before);
    for (const char* name : {"drover-router", "data", "risk"}) {
        const UnitStatus was = before.status(name);
        const UnitStatus is = after.status(name);
        EXPECT_EQ(is.state, was.state) << name;
        EXPECT_EQ(is.reason, was.reason) << name;
        EXPECT_EQ(is.restarts, was.restarts) << name;
        EXPECT_EQ(is.next_try, was.next_try) << name;
        EXPECT_EQ(is.end, was.end) << name;
        EXPECT_EQ(is.last_exit.has_value(), was.last_exit.has_value()) << name;
        EXPECT_EQ(after.supervisor->history(name).size(), before.supervisor->history(name).size());
    }
    EXPECT_EQ(after.state("data"), AgentState::backing_off);
    EXPECT_EQ(after.supervisor->kept_stopped(), Names{"risk"});
    EXPECT_EQ(after.asked(), Names{});
}

TEST(FleetMemory, restarts_at_the_time_that_was_set_and_counts_on) {
    std::vector<UnitPlan> plans = {router_plan(), plan("data")};
    plans[1].supervision.restart_limit.max_restarts = 2;
    plans[1].supervision.restart_limit.then = AfterLimit::fail;
    HandTurnedFleet before(plans);
    before.all_come_up();
    for (int end = 0; end < 2; ++end) {
        before.is_killed("data");
        before.pass(seconds(1));
        before.comes_up("data");
    }
    HandTurnedFleet after(plans);
    go_on(after, before);
    EXPECT_EQ(after.state("data"), AgentState::running);
    after.is_killed("data");
    EXPECT_EQ(after.state("data"), AgentState::failed) << after.reason("data");
}

TEST(FleetMemory, holds_a_stop_that_is_under_way) {
    HandTurnedFleet before(two_plans());
    before.all_come_up();
    before.stop({"data"});
    HandTurnedFleet after(two_plans());
    go_on(after, before);
    EXPECT_EQ(after.state("data"), AgentState::stopping);
    EXPECT_EQ(after.asked(), Names{});
    after.pass(seconds(10));
    EXPECT_EQ(after.asked(), Names{"term data"});
    after.ends("data", {"killed by SIGTERM", false});
    EXPECT_EQ(after.state("data"), AgentState::stopped);
}

TEST(FleetMemory, holds_what_a_unit_said_of_its_health_and_in_its_log) {
    std::vector<UnitPlan> plans = {router_plan(), plan("data"), plan("risk", {"data"})};
    plans[2].dependencies[0].condition = DependencyCondition::log_ready;
    plans[2].dependencies[0].pattern = "loaded";
    HandTurnedFleet before(plans);
    before.all_come_up();
    before.supervisor->health("data", {AgentHealth::degraded, "late", "data is late"}, before.now);
    before.supervisor->line_seen("data", "loaded", before.now);
    before.supervisor->tick(before.now);
    HandTurnedFleet after(plans);
    go_on(after, before);
    EXPECT_EQ(after.status("data").health, AgentHealth::degraded);
    EXPECT_EQ(after.status("data").health_code, "late");
    EXPECT_EQ(after.reason("data"), before.reason("data"));
    EXPECT_EQ(after.state("risk"), before.state("risk"));
}

TEST(FleetMemory, of_nobody_is_a_start) {
    HandTurnedFleet before({router_plan(), plan("data")});
    before.all_come_up();
    HandTurnedFleet after(two_plans());
    go_on(after, before);
    EXPECT_EQ(after.asked(), Names{"spawn risk"});
}

TEST(FleetMemory, that_is_damaged_is_refused) {
    HandTurnedFleet fleet(two_plans());
    const auto resumed = fleet.supervisor->resume({{"data", Json{{"state", 1}}}}, fleet.now);
    EXPECT_FALSE(resumed.has_value());
}

TEST(FleetMemory, is_touched_by_events_and_wishes_alone) {
    HandTurnedFleet fleet(two_plans());
    fleet.all_come_up();
    (void)fleet.supervisor->take_changes();
    (void)fleet.supervisor->take_touched();
    fleet.supervisor->tick(fleet.now);
    EXPECT_EQ(fleet.supervisor->take_touched(), Names{});
    fleet.supervisor->health("risk", {AgentHealth::degraded, "a", "b"}, fleet.now);
    EXPECT_EQ(fleet.supervisor->take_touched(), Names{"risk"});
    fleet.stop({"risk"});
    EXPECT_EQ(fleet.supervisor->take_touched().size(), fleet.supervisor->names().size());
}

}  // namespace
}  // namespace drover
