/// What the verbs read out of droverd's document of its fleet.
#include "command/fleet_snapshot.hpp"

#include <gmock/gmock.h>

#include "base/json_value.hpp"

namespace drover::test {

using testing::ElementsAre;

namespace {

Json told_unit(const std::string& name, const std::string& state, Json more = Json::object()) {
    more["name"] = name;
    more["state"] = state;
    return more;
}

FleetSnapshot snapshot_of(std::vector<Json> agents, Json supervisor = Json::object()) {
    return read_fleet_snapshot(
        {{"supervisor", std::move(supervisor)}, {"agents", std::move(agents)}});
}

std::vector<std::string> names_in(const std::vector<AgentSnapshot>& agents) {
    std::vector<std::string> names;
    for (const AgentSnapshot& agent : agents) {
        names.push_back(agent.name);
    }
    return names;
}

}  // namespace

TEST(FleetSnapshot, holds_what_the_document_says_and_leaves_out_who_has_no_name) {
    const FleetSnapshot fleet = snapshot_of({told_unit("drover-router", "running"),
                                             told_unit("risk",
                                                       "running",
                                                       {{"health", "degraded"},
                                                        {"reason", "waits"},
                                                        {"pid", 41},
                                                        {"restarts", 2},
                                                        {"restart_group", "desk"},
                                                        {"depends_on", Json::array({"broker"})}}),
                                             Json{{"state", "running"}}},
                                            {{"shutdown_seconds_left", 1.5}});
    ASSERT_EQ(fleet.agents.size(), 2U);
    EXPECT_FALSE(fleet.agents[0].is_agent);
    EXPECT_EQ(fleet.shutdown_seconds_left, 1.5);
    const AgentSnapshot* const risk = fleet.find("risk");
    ASSERT_NE(risk, nullptr);
    EXPECT_TRUE(risk->is_agent);
    EXPECT_EQ(risk->pid, 41);
    EXPECT_EQ(risk->restarts, 2);
    EXPECT_EQ(risk->group, "desk");
    EXPECT_THAT(risk->depends_on, ElementsAre("broker"));
    EXPECT_EQ(risk->text(), "risk (degraded: waits)");
    EXPECT_TRUE(risk->does_its_work());
    EXPECT_FALSE(risk->is_well());
    EXPECT_EQ(fleet.find("broker"), nullptr);
}

TEST(FleetSnapshot, of_a_broken_document_is_empty) {
    EXPECT_TRUE(read_fleet_snapshot(Json::object()).agents.empty());
    EXPECT_TRUE(read_fleet_snapshot({{"agents", 7}, {"supervisor", "x"}}).agents.empty());
}

TEST(FleetSnapshot, expects_nobody_to_run_whom_a_schedule_holds_up_directly_or_through_others) {
    const FleetSnapshot fleet =
        snapshot_of({told_unit("screen", "waiting", {{"depends_on", Json::array({"desk"})}}),
                     told_unit("desk", "waiting", {{"depends_on", Json::array({"market"})}}),
                     told_unit("market", "scheduled"),
                     told_unit("other", "waiting", {{"depends_on", Json::array({"broker"})}}),
                     told_unit("broker", "starting")});
    EXPECT_FALSE(fleet.find("market")->is_expected_to_run());
    EXPECT_FALSE(fleet.find("desk")->is_expected_to_run());
    EXPECT_FALSE(fleet.find("screen")->is_expected_to_run());
    EXPECT_TRUE(fleet.find("other")->is_expected_to_run());
}

TEST(FleetSnapshot, knows_who_is_troubled) {
    const FleetSnapshot fleet = snapshot_of({told_unit("a", "failed"),
                                             told_unit("b", "running", {{"health", "unhealthy"}}),
                                             told_unit("c", "running", {{"health", "hung"}}),
                                             told_unit("d", "backing_off")});
    EXPECT_TRUE(fleet.find("a")->is_troubled());
    EXPECT_TRUE(fleet.find("b")->is_troubled());
    EXPECT_TRUE(fleet.find("c")->is_troubled());
    EXPECT_FALSE(fleet.find("d")->is_troubled());
}

TEST(FleetSnapshot, says_once_that_an_agent_is_hung) {
    const FleetSnapshot fleet = snapshot_of(
        {told_unit("a", "running", {{"health", "hung"}, {"reason", "hung: one callback runs"}}),
         told_unit("b", "failed", {{"reason", "exit code 1"}})});
    EXPECT_EQ(list_of(fleet.agents), "a (hung: one callback runs), b (failed: exit code 1)");
}

TEST(FleetSnapshot, is_held_up_by_those_that_stop_and_else_by_all_that_is_left) {
    EXPECT_THAT(names_in(snapshot_of({told_unit("a", "stopping"),
                                      told_unit("b", "running", {{"pid", 3}}),
                                      told_unit("c", "stopped")})
                             .who_blocks()),
                ElementsAre("a"));
    EXPECT_THAT(names_in(snapshot_of({told_unit("a", "stopped"),
                                      told_unit("b", "running", {{"pid", 3}}),
                                      told_unit("c", "stopped", {{"pid", 4}})})
                             .who_blocks()),
                ElementsAre("b", "c"));
}

}  // namespace drover::test
