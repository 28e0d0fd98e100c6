/// Conditions of dependencies beyond `healthy`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hand_turned_fleet.hpp"

namespace drover {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

std::vector<UnitPlan> report_after_import(DependencyCondition condition) {
    std::vector<UnitPlan> plans{plan("import"), plan("report", {"import"})};
    plans[0].supervision.restart = RestartMode::no;
    plans[1].dependencies[0].condition = condition;
    return plans;
}

}  // namespace

TEST(FleetConditions, of_completion_hold_once_the_agent_has_ended_well_or_not) {
    for (const bool well : {true, false}) {
        HandTurnedFleet fleet(report_after_import(DependencyCondition::completed));
        fleet.supervisor->start_all(fleet.now);
        fleet.comes_up("import");
        EXPECT_EQ(fleet.reason("report"), "waiting for import to have completed (it is running)");
        (void)fleet.asked();
        well ? fleet.ends_well("import") : fleet.is_killed("import");
        EXPECT_THAT(fleet.asked(), Contains("spawn report"));
    }
}

TEST(FleetConditions, of_successful_completion_hold_only_for_a_good_end) {
    HandTurnedFleet good(report_after_import(DependencyCondition::completed_successfully));
    good.supervisor->start_all(good.now);
    good.comes_up("import");
    EXPECT_EQ(good.reason("report"),
              "waiting for import to have completed successfully (it is running)");
    good.ends_well("import");
    EXPECT_EQ(good.state("report"), AgentState::starting);

    HandTurnedFleet bad(report_after_import(DependencyCondition::completed_successfully));
    bad.supervisor->start_all(bad.now);
    bad.comes_up("import");
    bad.is_killed("import");
    EXPECT_EQ(bad.state("report"), AgentState::failed);
    EXPECT_THAT(bad.reason("report"), HasSubstr("it depends on import, which is failed"));
}

TEST(FleetConditions, of_completion_wait_through_the_restarts_of_the_agent) {
    std::vector<UnitPlan> plans = report_after_import(DependencyCondition::completed);
    plans[0].supervision.restart = RestartMode::on_failure;
    HandTurnedFleet fleet(plans);
    fleet.supervisor->start_all(fleet.now);
    fleet.is_killed("import");
    fleet.is_killed("import");
    EXPECT_EQ(fleet.state("report"), AgentState::waiting);
    fleet.pass(seconds(1));
    fleet.comes_up("import");
    EXPECT_EQ(fleet.state("report"), AgentState::waiting);
    fleet.ends_well("import");
    EXPECT_EQ(fleet.state("report"), AgentState::starting);
}

TEST(FleetConditions, of_completion_are_not_met_by_an_agent_that_never_ran) {
    std::vector<UnitPlan> plans = report_after_import(DependencyCondition::completed);
    plans[0].cannot_run = "'import.so' is not a library.";
    HandTurnedFleet fleet(plans);
    fleet.supervisor->start_all(fleet.now);
    EXPECT_EQ(fleet.state("report"), AgentState::failed);
    EXPECT_THAT(fleet.asked(), IsEmpty());
}

TEST(FleetConditions, of_completion_do_not_run_the_agent_again_when_its_dependent_is_started) {
    HandTurnedFleet fleet(report_after_import(DependencyCondition::completed_successfully));
    fleet.supervisor->start_all(fleet.now);
    fleet.comes_up("import");
    fleet.ends_well("import");
    fleet.comes_up("report");
    fleet.stop({"report"});
    fleet.ends_well("report");
    (void)fleet.asked();
    fleet.start({"report"});
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn report"));
    EXPECT_EQ(fleet.state("import"), AgentState::completed);
}

TEST(FleetConditions, of_completion_restart_a_dependent_after_each_run_when_asked_to) {
    std::vector<UnitPlan> plans = report_after_import(DependencyCondition::completed);
    plans[1].dependencies[0].restart = true;
    HandTurnedFleet fleet(plans);
    fleet.supervisor->start_all(fleet.now);
    fleet.comes_up("import");
    fleet.ends_well("import");
    fleet.comes_up("report");
    fleet.start({"import"});
    fleet.comes_up("import");
    (void)fleet.asked();
    EXPECT_EQ(fleet.state("report"), AgentState::running);
    fleet.ends_well("import");
    EXPECT_THAT(fleet.asked(), Contains("stop report"));
}

TEST(FleetConditions, of_log_lines_hold_once_a_line_of_this_life_has_matched) {
    std::vector<UnitPlan> plans{plan("gateway"), plan("risk", {"gateway"})};
    plans[1].dependencies[0].condition = DependencyCondition::log_ready;
    plans[1].dependencies[0].pattern = "listening";
    HandTurnedFleet fleet(plans);
    fleet.supervisor->start_all(fleet.now);
    fleet.comes_up("gateway");
    EXPECT_EQ(fleet.reason("risk"),
              "waiting for gateway to write a line that matches 'listening' (it is running)");
    fleet.is_killed("gateway");
    fleet.supervisor->spawned("gateway", fleet.now);
    (void)fleet.asked();
    fleet.supervisor->line_seen("gateway", "another", fleet.now);
    EXPECT_THAT(fleet.asked(), IsEmpty());
    fleet.supervisor->line_seen("gateway", "listening", fleet.now);
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn risk")) << "also before it says that it is ready";
    fleet.stop({"risk"});
    fleet.ends_well("risk");
    fleet.is_killed("gateway");
    fleet.pass(seconds(1));
    fleet.start({"risk"});
    EXPECT_EQ(fleet.state("risk"), AgentState::waiting) << "the new life has not written it";
}

}  // namespace drover
