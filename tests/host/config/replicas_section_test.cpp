#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> replica_faults(const std::string& keys, const std::string& more = "") {
    const ConfigFolder folder;
    return folder.faults("agents:\n  risk: {plugin: risk, " + keys + "}\n" + more);
}

TEST(Replicas, are_read_with_their_distribution) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(
        folder.load("agents:\n"
                    "  one: {plugin: risk}\n"
                    "  all: {plugin: risk, replicas: 3}\n"
                    "  turns: {plugin: risk, replicas: 1, distribution: round_robin}\n"
                    "  key: {plugin: risk, replicas: 2, distribution: {by_key: symbol}}\n"));
    EXPECT_FALSE(fleet.agents.at(0).replicas.has_value());
    EXPECT_EQ(fleet.agents.at(1).replicas, 3);
    EXPECT_EQ(fleet.agents.at(1).distribution.mode, Distribution::Mode::all);
    EXPECT_EQ(fleet.agents.at(2).distribution.mode, Distribution::Mode::round_robin);
    EXPECT_EQ(fleet.agents.at(3).distribution.mode, Distribution::Mode::by_key);
    EXPECT_EQ(fleet.agents.at(3).distribution.key, "symbol");
}

TEST(Replicas, of_a_wrong_number_are_refused) {
    EXPECT_THAT(replica_faults("replicas: 0"),
                ElementsAre(HasSubstr("2:34: agent 'risk': 'replicas'")));
    EXPECT_THAT(replica_faults("replicas: 65"), ElementsAre(HasSubstr("'replicas'")));
    EXPECT_THAT(replica_faults("replicas: many"), ElementsAre(HasSubstr("'replicas'")));
}

TEST(Replicas, with_a_distribution_that_is_none_are_refused) {
    EXPECT_THAT(replica_faults("replicas: 2, distribution: random"),
                ElementsAre(HasSubstr("'distribution' takes all or round_robin")));
    EXPECT_THAT(replica_faults("replicas: 2, distribution: by_key"),
                ElementsAre(HasSubstr("needs the field that decides")));
    EXPECT_THAT(replica_faults("replicas: 2, distribution: {by_keys: symbol}"),
                testing::Contains(HasSubstr("Did you mean 'by_key'?")));
    // What has no field is not looked for in records later on.
    const ConfigFolder folder;
    folder.write("agents: {risk: {plugin: risk, replicas: 2, distribution: {by_key: [a]}}}");
    const FleetReading unusable =
        read_fleet_config(folder.file(), PluginSearch{{folder.path() / "plugins"}});
    EXPECT_FALSE(unusable.faults.empty());
    EXPECT_EQ(unusable.config.agents.at(0).distribution.mode, Distribution::Mode::all);
    EXPECT_THAT(replica_faults("distribution: round_robin"),
                ElementsAre(HasSubstr("'distribution' has a meaning only with 'replicas'.")));
}

TEST(Replicas, take_names_that_nobody_else_may_have) {
    EXPECT_THAT(replica_faults("replicas: 2", "  risk.2: {plugin: risk}\n"),
                ElementsAre(HasSubstr("agent 'risk.2' has the name of an instance of 'risk'")));
    EXPECT_THAT(replica_faults("replicas: 2", "  risk.two: {plugin: risk}\n"), IsEmpty());
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults("agents: {" + std::string(46, 'a') + ": {plugin: risk, replicas: 1}}"),
        ElementsAre(HasSubstr("too long for instances")));
}

TEST(Replicas, are_there_in_a_replay_but_not_of_the_agent_that_moves_the_time) {
    EXPECT_THAT(replica_faults("replicas: 2", "clock: {replay: risk}\n"),
                ElementsAre(HasSubstr("the agent that moves the time of the fleet (`clock`) is "
                                      "one: remove the key.")));
    EXPECT_THAT(replica_faults("replicas: 2", "  data: {plugin: risk}\nclock: {replay: data}\n"),
                IsEmpty());
}

TEST(Replicas, are_one_to_sixty_four_and_numbered_from_one) {
    EXPECT_THAT(replica_faults("replicas: 1"), IsEmpty());
    EXPECT_THAT(replica_faults("replicas: 64"), IsEmpty());
    EXPECT_EQ(instance_name("risk", 1), "risk.1");
    EXPECT_EQ(instance_name("risk", most_replicas), "risk.64");
}

TEST(Replicas, are_there_of_an_agent_whose_last_instance_has_the_longest_name) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults("agents: {" + std::string(45, 'a') + ": {plugin: risk, replicas: 1}}"),
        IsEmpty());
}

TEST(Replicas, that_are_not_asked_for_leave_names_with_a_number_alone) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults("agents: {risk: {plugin: risk}, risk.2: {plugin: risk}}"), IsEmpty());
}

TEST(Replicas, know_where_they_and_their_distribution_stand) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(
        "agents:\n  risk: {plugin: risk, replicas: 3, distribution: {by_key: symbol}}\n"));
    EXPECT_EQ(fleet.agents.at(0).replicas_place.column, 34);
    EXPECT_EQ(fleet.agents.at(0).distribution_place.column, 51);
}

}  // namespace
}  // namespace drover
