/// What follows when an agent passes its restart_limit, and what counts as a good end.
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

UnitPlan limited(const std::string& name, AfterLimit then, const Names& dependencies = {}) {
    UnitPlan made = plan(name, dependencies);
    made.supervision.restart_limit = {
        .max_restarts = 1, .window = seconds(60), .then = then, .cooldown = minutes(5)};
    return made;
}

/// Ends an agent as often as its limit of one restart allows, and once more.
void passes_its_limit(HandTurnedFleet& fleet, const std::string& name) {
    fleet.is_killed(name);
    fleet.comes_up(name);
    (void)fleet.asked();
    fleet.is_killed(name);
}

}  // namespace

TEST(FleetLimit, restarts_an_agent_and_all_that_depend_on_it_in_order) {
    HandTurnedFleet fleet({limited("data", AfterLimit::restart_group),
                           plan("risk", {"data"}),
                           plan("advisor", {"risk"}),
                           plan("other")});
    fleet.all_come_up();
    passes_its_limit(fleet, "data");
    EXPECT_THAT(fleet.asked(), ElementsAre("kill data", "stop advisor"));
    EXPECT_EQ(fleet.reason("data"),
              "waiting for risk to end (it is running), for advisor to end (it is stopping); "
              "restarted after: killed by SIGKILL after 0 ms");
    fleet.ends_well("advisor");
    fleet.ends_well("risk");
    EXPECT_THAT(fleet.asked(), ElementsAre("term advisor", "stop risk", "term risk", "spawn data"));
    fleet.comes_up("data");
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn risk"));
    fleet.comes_up("risk");
    EXPECT_EQ(fleet.reason("risk"), "restarted with data, which passed its restart_limit");
    EXPECT_EQ(fleet.status("risk").restarts, 0);
    EXPECT_EQ(fleet.state("other"), AgentState::running);
}

TEST(FleetLimit, restarts_the_named_group_whoever_depends_on_whom) {
    std::vector<UnitPlan> plans{
        plan("data"), limited("risk", AfterLimit::restart_group, {"data"}), plan("advisor")};
    plans[0].restart_group = plans[1].restart_group = "trading";
    HandTurnedFleet fleet(plans);
    fleet.all_come_up();
    passes_its_limit(fleet, "risk");
    EXPECT_THAT(fleet.asked(), ElementsAre("kill risk", "stop data"));
    fleet.ends_well("data");
    EXPECT_THAT(fleet.asked(), ElementsAre("term data", "spawn data"));
    fleet.comes_up("data");
    EXPECT_THAT(fleet.asked(), ElementsAre("spawn risk"));
    EXPECT_EQ(fleet.state("advisor"), AgentState::running);
}

TEST(FleetLimit, leaves_who_of_the_group_was_stopped_by_a_person_stopped) {
    HandTurnedFleet fleet({limited("data", AfterLimit::restart_group), plan("risk", {"data"})});
    fleet.all_come_up();
    fleet.stop({"risk"});
    fleet.ends_well("risk");
    passes_its_limit(fleet, "data");
    fleet.comes_up("data");
    EXPECT_EQ(fleet.state("data"), AgentState::running);
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
}

TEST(FleetLimit, restarts_a_group_that_keeps_failing_only_after_pauses_that_double) {
    HandTurnedFleet fleet({limited("data", AfterLimit::restart_group)});
    fleet.all_come_up();
    passes_its_limit(fleet, "data");
    EXPECT_THAT(fleet.asked(), ElementsAre("kill data", "spawn data"));
    for (const int pause : {5, 10, 20}) {
        fleet.is_killed("data");
        fleet.pass(seconds(40));
        fleet.is_killed("data");
        EXPECT_EQ(fleet.state("data"), AgentState::failed) << pause;
        EXPECT_EQ(fleet.status("data").next_try, fleet.now + minutes(pause));
        fleet.pass(minutes(pause));
        EXPECT_EQ(fleet.state("data"), AgentState::starting);
    }
}

TEST(FleetLimit, shuts_the_fleet_down_and_says_why) {
    HandTurnedFleet fleet({limited("risk", AfterLimit::shutdown), plan("other")});
    fleet.all_come_up();
    EXPECT_FALSE(fleet.supervisor->why_given_up().has_value());
    passes_its_limit(fleet, "risk");
    EXPECT_TRUE(fleet.supervisor->is_shutting_down());
    EXPECT_THAT(fleet.asked(), ElementsAre("kill risk", "shutdown other"));
    EXPECT_THAT(fleet.supervisor->why_given_up().value_or(""),
                HasSubstr("risk passed its restart_limit, which says 'then: shutdown': too many"));
    EXPECT_EQ(fleet.state("risk"), AgentState::failed);
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("the fleet shuts down for it"));
    fleet.ends_well("other");
    EXPECT_TRUE(fleet.supervisor->is_down());
}

TEST(FleetLimit, does_not_take_the_tree_down_at_the_second_crash) {
    HandTurnedFleet fleet({router_plan(), plan("data"), plan("risk", {"data"})});
    fleet.all_come_up();
    for (int crash = 0; crash < 2; ++crash) {
        fleet.is_killed("data");
        fleet.pass(seconds(1));
        fleet.comes_up("data");
    }
    EXPECT_EQ(fleet.state("data"), AgentState::running);
    EXPECT_EQ(fleet.state("risk"), AgentState::running);
    EXPECT_FALSE(fleet.supervisor->is_shutting_down());
}

TEST(FleetLimit, starts_an_agent_that_exits_at_once_six_times_at_most_in_a_minute) {
    UnitPlan restless = plan("risk");
    restless.supervision.backoff = Backoff{};
    HandTurnedFleet fleet({restless});
    fleet.supervisor->start_all(fleet.now);
    for (int step = 0; step < 6000; ++step) {
        if (fleet.state("risk") == AgentState::starting) {
            fleet.supervisor->spawned("risk", fleet.now);
            fleet.ends("risk", {.text = "exit code 3", .code = 3});
        }
        fleet.pass(milliseconds(10));
    }
    const Names asked = fleet.asked();
    EXPECT_LE(std::ranges::count(asked, "spawn risk"), 6);
    EXPECT_EQ(fleet.state("risk"), AgentState::failed);
    EXPECT_TRUE(fleet.status("risk").next_try.has_value());
}

TEST(FleetLimit, counts_the_exit_codes_that_the_file_names_as_success) {
    UnitPlan chosen = plan("report");
    chosen.supervision.success_exit_codes = {3};
    HandTurnedFleet fleet({chosen, plan("other")});
    fleet.all_come_up();
    fleet.ends("report", {.text = "exit code 3", .code = 3});
    EXPECT_EQ(fleet.state("report"), AgentState::completed);
    EXPECT_TRUE(fleet.status("report").last_exit->success);
    fleet.ends("other", {.text = "exit code 3", .code = 3});
    EXPECT_NE(fleet.state("other"), AgentState::completed);
}

TEST(FleetLimit, takes_no_exit_code_for_success_when_the_agent_said_that_it_gave_up) {
    UnitPlan chosen = plan("report");
    chosen.supervision.success_exit_codes = {1};
    HandTurnedFleet fleet({chosen});
    fleet.all_come_up();
    fleet.supervisor->failed("report", "broken", "nothing to report on", fleet.now);
    fleet.ends("report", {.text = "exit code 1", .code = 1});
    EXPECT_EQ(fleet.state("report"), AgentState::starting);
}

TEST(FleetLimit, is_forgotten_when_a_person_starts_the_agent_in_any_state) {
    for (const AfterLimit then : {AfterLimit::fail, AfterLimit::cooldown}) {
        HandTurnedFleet fleet({limited("risk", then)});
        fleet.all_come_up();
        passes_its_limit(fleet, "risk");
        EXPECT_EQ(fleet.state("risk"), AgentState::failed);
        fleet.start({"risk"});
        fleet.comes_up("risk");
        (void)fleet.asked();
        fleet.is_killed("risk");
        EXPECT_THAT(fleet.asked(), Contains("spawn risk")) << "the first restart is at once again";
    }
}

namespace {

/// Ends over the durable message at `position`.
UnitExit over_message(std::uint64_t position) {
    UnitExit exit{"killed by SIGSEGV", false, std::nullopt, 11, 4711};
    exit.position = position;
    return exit;
}

/// It comes up whenever its restart is due, and ends again.
void ends_again(HandTurnedFleet& fleet, const UnitExit& exit) {
    fleet.pass(minutes(1));
    fleet.comes_up("risk");
    fleet.ends("risk", exit);
}

}  // namespace

TEST(FleetPoison, fails_an_agent_that_ends_three_times_over_one_message) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.ends("risk", over_message(17));
    ends_again(fleet, over_message(17));
    EXPECT_NE(fleet.state("risk"), AgentState::failed);
    ASSERT_TRUE(fleet.status("risk").poison);
    EXPECT_EQ(fleet.status("risk").poison->crashes, 2);
    ends_again(fleet, over_message(17));
    EXPECT_EQ(fleet.state("risk"), AgentState::failed);
    ASSERT_TRUE(fleet.status("risk").poison);
    EXPECT_EQ(fleet.status("risk").poison->position, 17U);
    EXPECT_EQ(fleet.status("risk").poison->crashes, 3);
    EXPECT_THAT(fleet.reason("risk"),
                HasSubstr("it ended 3 times while it handled the durable message at position 17; "
                          "last: killed by SIGSEGV"));
    EXPECT_THAT(fleet.reason("risk"), HasSubstr("'drover log skip risk' passes over that message"));
    fleet.pass(minutes(10));
    EXPECT_EQ(fleet.state("risk"), AgentState::failed);
}

TEST(FleetPoison, names_topic_and_publisher_beside_the_position) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    UnitExit exit = over_message(17);
    exit.topic = "advice.SPX";
    exit.publisher = "advisor";
    fleet.ends("risk", exit);
    ends_again(fleet, exit);
    ends_again(fleet, exit);
    EXPECT_THAT(fleet.reason("risk"),
                HasSubstr("the durable message at position 17 (advice.SPX of advisor); last: "));
    ASSERT_TRUE(fleet.status("risk").poison);
    EXPECT_EQ(fleet.status("risk").poison->topic, "advice.SPX");
}

TEST(FleetPoison, is_remembered_when_a_person_stops_the_agent_that_failed) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.ends("risk", over_message(17));
    ends_again(fleet, over_message(17));
    ends_again(fleet, over_message(17));
    fleet.stop({"risk"});
    EXPECT_EQ(fleet.state("risk"), AgentState::stopped);
    ASSERT_TRUE(fleet.status("risk").poison) << "log skip would pass over another message";
    EXPECT_EQ(fleet.status("risk").poison->position, 17U);
}

TEST(FleetPoison, is_not_told_of_an_agent_that_ended_over_something_else) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.ends("risk", over_message(17));
    ends_again(fleet, over_message(0));
    EXPECT_FALSE(fleet.status("risk").poison);
}

TEST(FleetPoison, counts_each_message_for_itself) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.ends("risk", over_message(17));
    ends_again(fleet, over_message(17));
    ends_again(fleet, over_message(18));
    ends_again(fleet, over_message(18));
    EXPECT_NE(fleet.state("risk"), AgentState::failed);
}

TEST(FleetPoison, counts_no_end_over_something_else) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.ends("risk", over_message(17));
    ends_again(fleet, over_message(0));
    ends_again(fleet, over_message(17));
    EXPECT_NE(fleet.state("risk"), AgentState::failed);
    ends_again(fleet, over_message(17));
    EXPECT_EQ(fleet.state("risk"), AgentState::failed);
}

TEST(FleetPoison, counts_no_kill_from_outside) {
    UnitPlan risk = plan("risk");
    risk.supervision.restart_limit.max_restarts = 1000;
    HandTurnedFleet fleet({risk});
    fleet.all_come_up();
    UnitExit kill = over_message(17);
    kill.was_killed_from_outside = true;
    const auto ends = [&fleet](const UnitExit& exit) {
        fleet.ends("risk", exit);
        fleet.pass(seconds(9));  // Its backoff is over, its time to become ready is not.
        fleet.comes_up("risk");
    };
    for (int kills = 0; kills < 5; ++kills) {
        ends(kill);
    }
    EXPECT_EQ(fleet.state("risk"), AgentState::running);
    ends(over_message(17));
    ends(kill);
    ends(over_message(17));
    EXPECT_EQ(fleet.state("risk"), AgentState::running);
    ends(over_message(17));
    EXPECT_EQ(fleet.state("risk"), AgentState::failed) << "three crashes of its own";
}

TEST(FleetPoison, counts_an_agent_that_was_killed_after_it_had_said_that_it_failed) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    UnitExit kill = over_message(17);
    kill.was_killed_from_outside = true;
    fleet.supervisor->failed("risk", "E1", "it is broken", fleet.now);
    fleet.ends("risk", kill);
    for (int more = 0; more < 2; ++more) {
        fleet.pass(minutes(1));
        fleet.comes_up("risk");
        fleet.supervisor->failed("risk", "E1", "it is broken", fleet.now);
        fleet.ends("risk", kill);
    }
    EXPECT_EQ(fleet.state("risk"), AgentState::failed);
}

TEST(FleetPoison, tries_as_often_again_when_a_person_starts_the_agent) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    fleet.ends("risk", over_message(17));
    ends_again(fleet, over_message(17));
    ends_again(fleet, over_message(17));
    fleet.start({"risk"});
    fleet.comes_up("risk");
    EXPECT_FALSE(fleet.status("risk").poison);
    fleet.ends("risk", over_message(17));
    EXPECT_NE(fleet.state("risk"), AgentState::failed);
}

}  // namespace drover
