/// Agents that run by a schedule. The schedule's own arithmetic is the schedule room's; here its
/// moments come as events.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_text.hpp"
#include "hand_turned_fleet.hpp"
#include "supervisor/fleet_update.hpp"

namespace drover {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

ScheduleStanding standing(bool is_open) {
    ScheduleStanding made;
    made.text = "XNYS, regular session";
    made.is_open = is_open;
    made.next_start = parse_time_text("2026-11-30T14:15Z");
    made.next_stop = parse_time_text("2026-11-27T18:00Z");
    return made;
}

ScheduleStanding job(bool runs_on_start = false) {
    ScheduleStanding made = standing(false);
    made.text = "at 30 6 * * * UTC";
    made.is_job = true;
    made.runs_on_start = runs_on_start;
    return made;
}

UnitPlan scheduled_plan(const std::string& name,
                        const ScheduleStanding& schedule,
                        const Names& dependencies = {}) {
    UnitPlan made = plan(name, dependencies);
    made.schedule = schedule;
    return made;
}

struct ScheduledFleet : HandTurnedFleet {
    using HandTurnedFleet::HandTurnedFleet;

    /// What was asked of the launcher, without the sweeping up behind processes that ended.
    [[nodiscard]] Names asked() {
        Names notes = HandTurnedFleet::asked();
        std::erase_if(notes, [](const std::string& note) {
            return note.starts_with("term") || note.starts_with("kill");
        });
        return notes;
    }
    void opens(const Names& names) { tell(names, ScheduleEdge::Kind::start, standing(true)); }
    void closes(const Names& names) { tell(names, ScheduleEdge::Kind::stop, standing(false)); }
    void is_due(const std::string& name) { tell({name}, ScheduleEdge::Kind::start, job()); }
    void tell(const Names& names, ScheduleEdge::Kind kind, const ScheduleStanding& says) {
        std::vector<ScheduleEdge> edges;
        for (const std::string& name : names) {
            edges.push_back({name, kind, says});
        }
        supervisor->follow_schedules(std::move(edges), now);
    }
    void apply(std::vector<UnitPlan> units, std::map<std::string, std::string> restart = {}) {
        EXPECT_TRUE(supervisor->apply({std::move(units), std::move(restart)}, now));
    }
};

TEST(FleetSchedule, starts_with_the_fleet_only_who_is_inside_its_schedule) {
    ScheduledFleet fleet({router_plan(),
                          scheduled_plan("risk", standing(true)),
                          scheduled_plan("broker", standing(false))});
    fleet.supervisor->start_all(fleet.now);
    fleet.comes_up(router_unit_name);
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn drover-router", "spawn risk"));
    EXPECT_EQ(fleet.state("broker"), AgentState::scheduled);
    EXPECT_EQ(fleet.reason("broker"), "outside its schedule; starts 2026-11-30 14:15 UTC");
}

TEST(FleetSchedule, starts_and_stops_an_agent_at_its_moments) {
    ScheduledFleet fleet({router_plan(), scheduled_plan("risk", standing(false))});
    fleet.all_come_up();
    fleet.opens({"risk"});
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn risk"));
    fleet.comes_up("risk");
    fleet.closes({"risk"});
    EXPECT_THAT(fleet.asked(), ElementsAre("stop risk"));
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("its schedule has ended"));
    fleet.ends_well("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::scheduled);
    EXPECT_EQ(fleet.status("risk").restarts, 0);
    EXPECT_THAT(fleet.asked(), IsEmpty());
}

TEST(FleetSchedule, is_the_cause_of_what_it_does) {
    ScheduledFleet fleet({router_plan(), scheduled_plan("risk", standing(false))});
    fleet.all_come_up();
    (void)fleet.supervisor->take_changes();
    fleet.opens({"risk"});
    fleet.comes_up("risk");
    fleet.closes({"risk"});
    fleet.ends_well("risk");
    const auto changes = fleet.supervisor->take_changes();
    ASSERT_FALSE(changes.empty());
    EXPECT_EQ(changes.front().state, AgentState::starting);
    EXPECT_EQ(text_of(changes.front().cause.cause), "schedule");
    EXPECT_EQ(changes.back().state, AgentState::scheduled);
    EXPECT_EQ(text_of(changes.back().cause.cause), "schedule");
}

TEST(FleetSchedule, stops_dependents_first_when_both_end_at_one_moment) {
    ScheduledFleet fleet({router_plan(),
                          scheduled_plan("data", standing(true)),
                          scheduled_plan("risk", standing(true), {"data"})});
    fleet.all_come_up();
    fleet.closes({"data", "risk"});
    EXPECT_THAT(fleet.asked(), ElementsAre("stop risk"));
    fleet.ends_well("risk");
    EXPECT_THAT(fleet.asked(), ElementsAre("stop data"));
}

TEST(FleetSchedule, lets_dependents_wait_and_does_not_fail_them) {
    ScheduledFleet fleet(
        {router_plan(), scheduled_plan("data", standing(false)), plan("risk", {"data"})});
    fleet.all_come_up();
    EXPECT_EQ(fleet.state("risk"), AgentState::waiting);
    EXPECT_EQ(fleet.reason("risk"), "waiting for data to be healthy (it is scheduled)");
    fleet.start({"risk"});
    EXPECT_EQ(fleet.state("data"), AgentState::scheduled);
    fleet.opens({"data"});
    fleet.comes_up("data");
    EXPECT_EQ(fleet.state("risk"), AgentState::starting);
    fleet.comes_up("risk");
    fleet.closes({"data"});
    fleet.ends_well("data");
    EXPECT_EQ(fleet.state("risk"), AgentState::running);
}

TEST(FleetSchedule, a_persons_start_holds_until_the_schedule_ends_next) {
    ScheduledFleet fleet({router_plan(), scheduled_plan("risk", standing(false))});
    fleet.all_come_up();
    fleet.start({"risk"});
    fleet.comes_up("risk");
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn risk"));
    fleet.opens({"risk"});
    EXPECT_THAT(fleet.asked(), IsEmpty());
    fleet.closes({"risk"});
    EXPECT_THAT(fleet.asked(), ElementsAre("stop risk"));
}

TEST(FleetSchedule, a_persons_stop_outlasts_its_moments_until_a_person_starts_it) {
    ScheduledFleet fleet({router_plan(), scheduled_plan("risk", standing(true))});
    fleet.all_come_up();
    fleet.stop({"risk"});
    fleet.ends_well("risk");
    EXPECT_EQ(fleet.reason("risk"),
              "stopped by a person; its schedule does not start it until a person does");
    (void)fleet.asked();
    for (int day = 1; day <= 3; ++day) {
        fleet.closes({"risk"});
        fleet.opens({"risk"});
    }
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
    EXPECT_THAT(fleet.supervisor->kept_stopped(), ElementsAre("risk"));
    EXPECT_THAT(fleet.asked(), IsEmpty());
    fleet.start({"risk"});
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn risk"));
    fleet.comes_up("risk");
    fleet.closes({"risk"});
    fleet.ends_well("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::scheduled) << "it follows its schedule again";
}

TEST(FleetSchedule, a_persons_stop_of_a_job_outlasts_its_moments) {
    ScheduledFleet fleet({router_plan(), scheduled_plan("report", job())});
    fleet.all_come_up();
    fleet.stop({"report"});
    fleet.is_due("report");
    EXPECT_EQ(fleet.state("report"), AgentState::stopped);
    EXPECT_THAT(fleet.asked(), IsEmpty());
}

TEST(FleetSchedule, a_persons_stop_is_kept_when_another_droverd_starts_the_fleet) {
    UnitPlan stopped = scheduled_plan("risk", standing(true));
    stopped.is_kept_stopped = true;
    ScheduledFleet fleet({router_plan(), stopped});
    fleet.all_come_up();
    fleet.closes({"risk"});
    fleet.opens({"risk"});
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("stopped by a person before droverd started"));
    EXPECT_THAT(fleet.asked(), IsEmpty());
}

TEST(FleetSchedule, takes_back_who_was_stopped_when_a_person_restarts_all) {
    ScheduledFleet fleet({router_plan(), scheduled_plan("risk", standing(false))});
    fleet.all_come_up();
    fleet.stop({"risk"});
    fleet.supervisor->restart_all(fleet.now, "somebody");
    EXPECT_EQ(fleet.state("risk"), AgentState::scheduled);
    EXPECT_THAT(fleet.supervisor->kept_stopped(), IsEmpty());
}

TEST(FleetSchedule, start_all_of_a_person_leaves_out_who_is_outside) {
    ScheduledFleet fleet({router_plan(), plan("broker"), scheduled_plan("risk", standing(false))});
    fleet.all_come_up();
    fleet.stop({"risk", "broker"});
    fleet.ends_well("broker");
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
    (void)fleet.asked();
    fleet.supervisor->start_all(fleet.now, "somebody");
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn broker"));
    EXPECT_EQ(fleet.state("risk"), AgentState::scheduled);
    fleet.comes_up("broker");
    fleet.supervisor->restart_all(fleet.now, "somebody");
    EXPECT_THAT(fleet.asked(), ElementsAre("stop broker"));
    EXPECT_EQ(fleet.state("risk"), AgentState::scheduled);
}

TEST(FleetSchedule, takes_back_a_restart_that_is_due_after_its_end) {
    ScheduledFleet fleet({router_plan(), scheduled_plan("risk", standing(true))});
    fleet.all_come_up();
    fleet.is_killed("risk");  // The first restart is at once.
    fleet.is_killed("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::backing_off);
    fleet.closes({"risk"});
    EXPECT_EQ(fleet.state("risk"), AgentState::scheduled);
    (void)fleet.asked();
    fleet.pass(hours(1));
    EXPECT_THAT(fleet.asked(), IsEmpty());
}

TEST(FleetSchedule, a_crash_while_it_stops_for_its_schedule_restarts_nothing) {
    ScheduledFleet fleet({router_plan(), scheduled_plan("risk", standing(true))});
    fleet.all_come_up();
    fleet.closes({"risk"});
    fleet.is_killed("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::scheduled);
}

TEST(FleetSchedule, starts_anew_what_had_failed_or_completed) {
    UnitPlan plan_of_risk = scheduled_plan("risk", standing(true));
    plan_of_risk.supervision.restart = RestartMode::no;
    ScheduledFleet fleet({router_plan(), plan_of_risk, scheduled_plan("data", standing(true))});
    fleet.all_come_up();
    fleet.is_killed("risk");
    fleet.ends_well("data");
    fleet.closes({"risk", "data"});
    EXPECT_EQ(fleet.state("risk"), AgentState::failed);
    EXPECT_EQ(fleet.state("data"), AgentState::completed);
    EXPECT_THAT(fleet.reason("data"), HasSubstr("its schedule starts it 2026-11-30 14:15 UTC"));
    (void)fleet.asked();
    fleet.opens({"risk", "data"});
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn risk", "spawn data"));
}

TEST(FleetSchedule, of_jobs_starts_one_at_each_moment_and_never_two_at_once) {
    ScheduledFleet fleet({router_plan(), scheduled_plan("report", job())});
    fleet.all_come_up();
    EXPECT_EQ(fleet.reason("report"), "waits for its next run; starts 2026-11-30 14:15 UTC");
    fleet.is_due("report");
    fleet.comes_up("report");
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn report"));
    fleet.is_due("report");
    EXPECT_THAT(fleet.asked(), IsEmpty());
    fleet.ends_well("report");
    EXPECT_EQ(fleet.state("report"), AgentState::completed);
    fleet.is_due("report");
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn report"));
}

TEST(FleetSchedule, of_jobs_can_start_one_with_the_fleet) {
    ScheduledFleet fleet({router_plan(), scheduled_plan("report", job(true))});
    fleet.supervisor->start_all(fleet.now);
    fleet.comes_up(router_unit_name);
    EXPECT_EQ(fleet.state("report"), AgentState::starting);
}

TEST(FleetSchedule, ends_with_the_fleet) {
    ScheduledFleet fleet({router_plan(), scheduled_plan("risk", standing(false))});
    fleet.all_come_up();
    fleet.supervisor->shutdown(fleet.now);
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
    fleet.opens({"risk"});
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
}

TEST(FleetSchedule, that_a_new_file_brings_changes_or_takes_away_is_followed_at_once) {
    ScheduledFleet fleet({router_plan(), plan("risk")});
    fleet.all_come_up();
    fleet.apply({router_plan(), scheduled_plan("risk", standing(false))});
    EXPECT_THAT(fleet.asked(), ElementsAre("stop risk"));
    fleet.ends_well("risk");
    EXPECT_EQ(fleet.state("risk"), AgentState::scheduled);
    ScheduleStanding longer = standing(true);
    longer.text = "XNYS, regular session, 900 s before";
    fleet.apply({router_plan(), scheduled_plan("risk", longer)});
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn risk"));
    fleet.comes_up("risk");
    fleet.apply({router_plan(), scheduled_plan("risk", standing(false))});
    fleet.ends_well("risk");
    (void)fleet.asked();
    fleet.apply({router_plan(), plan("risk")});
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn risk"));
}

TEST(FleetSchedule, that_a_new_file_leaves_alone_keeps_what_a_person_started) {
    ScheduledFleet fleet({router_plan(), scheduled_plan("risk", standing(false))});
    fleet.all_come_up();
    fleet.start({"risk"});
    fleet.comes_up("risk");
    (void)fleet.asked();
    fleet.apply({router_plan(), scheduled_plan("risk", standing(false)), plan("broker")});
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn broker"));
    EXPECT_EQ(fleet.state("risk"), AgentState::running);
}

TEST(FleetSchedule, of_a_new_agent_keeps_it_down_until_its_time) {
    ScheduledFleet fleet({router_plan(), plan("broker")});
    fleet.all_come_up();
    fleet.apply({router_plan(),
                 plan("broker"),
                 scheduled_plan("risk", standing(false)),
                 scheduled_plan("report", job(true))});
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn report"));
    EXPECT_EQ(fleet.state("risk"), AgentState::scheduled);
}

TEST(FleetSchedule, is_ignored_for_a_disabled_agent) {
    UnitPlan disabled = scheduled_plan("risk", standing(false));
    disabled.enabled = false;
    ScheduledFleet fleet({router_plan(), disabled});
    fleet.all_come_up();
    fleet.opens({"risk"});
    EXPECT_EQ(fleet.state("risk"), AgentState::disabled);
    EXPECT_THAT(fleet.asked(), IsEmpty());
}

}  // namespace
}  // namespace drover
