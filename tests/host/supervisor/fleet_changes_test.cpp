/// What the decider says of each change: the event of the table, who is behind it, and how the
/// process ended.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hand_turned_fleet.hpp"

namespace drover {
namespace {

using testing::ElementsAre;

/// "risk: running/healthy -> stopping/unknown process_exited (process)"
std::string in_words(const UnitChange& change) {
    std::string text = change.name + ": " + std::string(text_of(change.from)) + "/" +
                       std::string(text_of(change.health_from)) + " -> " +
                       std::string(text_of(change.state)) + "/" +
                       std::string(text_of(change.health)) + " " +
                       (change.event ? std::string(text_of(*change.event)) : "-") + " (" +
                       std::string(text_of(change.cause.cause));
    text += change.cause.name.empty() ? ")" : " " + change.cause.name + ")";
    return text + (change.exit ? " [" + change.exit->text + "]" : "");
}

Names changes_of(HandTurnedFleet& fleet) {
    Names words;
    for (const UnitChange& change : fleet.supervisor->take_changes()) {
        words.push_back(in_words(change));
    }
    return words;
}

const UnitExit by_sigkill{"killed by SIGKILL", false, std::nullopt, 9, 4711};

TEST(FleetChanges, of_a_start_name_the_start_of_the_fleet_or_the_person) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.supervisor->start_all(fleet.now);
    fleet.comes_up("risk");
    EXPECT_THAT(changes_of(fleet),
                ElementsAre("risk: stopped/unknown -> starting/unknown dependencies_met "
                            "(fleet_start)",
                            "risk: starting/unknown -> running/healthy reported_ready (agent)"));
    EXPECT_TRUE(fleet.supervisor->stop({"risk"}, fleet.now, "ann with 'drover stop risk'"));
    fleet.supervisor->exited("risk", {"exit code 0", true, 0, std::nullopt, 5}, fleet.now);
    fleet.supervisor->tree_empty("risk", fleet.now);
    EXPECT_THAT(changes_of(fleet),
                ElementsAre("risk: running/healthy -> stopping/unknown stop_requested "
                            "(person ann with 'drover stop risk')",
                            "risk: stopping/unknown -> stopped/unknown ended_stopped "
                            "(person ann with 'drover stop risk') [exit code 0]"));
    EXPECT_TRUE(fleet.supervisor->start({"risk"}, fleet.now, "bob"));
    EXPECT_THAT(changes_of(fleet),
                ElementsAre("risk: stopped/unknown -> starting/unknown dependencies_met "
                            "(person bob)"));
}

TEST(FleetChanges, of_a_kill_are_the_exit_the_wait_the_start_and_ready) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    (void)fleet.supervisor->take_changes();
    fleet.ends("risk", by_sigkill);
    fleet.comes_up("risk");
    EXPECT_THAT(changes_of(fleet),
                ElementsAre("risk: running/healthy -> stopping/unknown process_exited (process) "
                            "[killed by SIGKILL]",
                            "risk: stopping/unknown -> backing_off/unknown ended_to_restart "
                            "(restart_policy on_failure) [killed by SIGKILL]",
                            "risk: backing_off/unknown -> starting/unknown dependencies_met "
                            "(restart_policy on_failure)",
                            "risk: starting/unknown -> running/healthy reported_ready (agent)"));
}

TEST(FleetChanges, of_a_restart_by_a_person_tell_how_the_old_process_ended) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    (void)fleet.supervisor->take_changes();
    EXPECT_TRUE(fleet.supervisor->restart({"risk"}, fleet.now, "ann"));
    fleet.ends("risk", {"exit code 0", true, 0, std::nullopt, 5});
    EXPECT_THAT(changes_of(fleet),
                ElementsAre("risk: running/healthy -> stopping/unknown stop_requested (person ann)",
                            "risk: stopping/unknown -> starting/unknown dependencies_met "
                            "(person ann) [exit code 0]"));
}

TEST(FleetChanges, of_agents_that_follow_others_name_them) {
    UnitPlan advisor = plan("advisor", {"risk"});
    advisor.dependencies[0].restart = true;
    HandTurnedFleet fleet({plan("risk"), advisor});
    EXPECT_TRUE(fleet.supervisor->start({"advisor"}, fleet.now, "ann"));
    fleet.comes_up("risk");
    fleet.comes_up("advisor");
    EXPECT_THAT(
        changes_of(fleet),
        ElementsAre("risk: stopped/unknown -> starting/unknown dependencies_met "
                    "(dependent advisor)",
                    "advisor: stopped/unknown -> waiting/unknown start_requested (person ann)",
                    "risk: starting/unknown -> running/healthy reported_ready (agent)",
                    "advisor: waiting/unknown -> starting/unknown dependencies_met (person ann)",
                    "advisor: starting/unknown -> running/healthy reported_ready (agent)"));
    fleet.ends("risk", by_sigkill);
    fleet.comes_up("risk");
    (void)fleet.supervisor->take_changes();
    fleet.ends("advisor", {"exit code 0", true, 0, std::nullopt, 5});
    EXPECT_THAT(changes_of(fleet),
                ElementsAre("advisor: stopping/unknown -> starting/unknown dependencies_met "
                            "(dependency risk) [exit code 0]"));
}

TEST(FleetChanges, of_a_dependency_that_fails_for_good_name_it) {
    UnitPlan risk = plan("risk");
    risk.cannot_run = "its plugin is no library";
    HandTurnedFleet fleet({risk, plan("advisor", {"risk"})});
    EXPECT_THAT(changes_of(fleet),
                ElementsAre("risk: stopped/unknown -> failed/unknown - (configuration)"));
    fleet.start({"advisor"});
    EXPECT_THAT(changes_of(fleet),
                ElementsAre("advisor: stopped/unknown -> failed/unknown dependency_failed "
                            "(dependency risk)"));
}

TEST(FleetChanges, of_health_have_no_event_and_tell_both_healths) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    (void)fleet.supervisor->take_changes();
    fleet.supervisor->health(
        "risk", {AgentHealth::degraded, "venue.slow", "the venue is slow"}, fleet.now);
    fleet.supervisor->health(
        "risk", {AgentHealth::degraded, "venue.slow", "the venue is still slow"}, fleet.now);
    const auto changes = fleet.supervisor->take_changes();
    ASSERT_EQ(changes.size(), 1U) << "another sentence is no change";
    EXPECT_EQ(in_words(changes[0]), "risk: running/healthy -> running/degraded - (agent)");
    EXPECT_EQ(changes[0].health_code, "venue.slow");
}

TEST(FleetChanges, of_a_hang_and_of_a_shutdown_say_so) {
    HandTurnedFleet fleet({plan("risk")});
    fleet.all_come_up();
    (void)fleet.supervisor->take_changes();
    fleet.supervisor->hung("risk", seconds(3), fleet.now);
    EXPECT_THAT(changes_of(fleet),
                ElementsAre("risk: running/healthy -> stopping/hung hung "
                            "(deadline heartbeat.timeout)"));
    fleet.supervisor->shutdown(fleet.now, "ann with 'drover down'");
    fleet.ends("risk", by_sigkill);
    EXPECT_THAT(changes_of(fleet),
                ElementsAre("risk: stopping/hung -> stopped/unknown ended_stopped "
                            "(shutdown ann with 'drover down') [killed by SIGKILL]"));
}

}  // namespace
}  // namespace drover
