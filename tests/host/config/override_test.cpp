#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* file = R"(agents:
  market-data: {plugin: market_data, config: {file: a.csv, speed: 250}}
  pattern-recognition:
    plugin: pattern_recognition
    config: {crossover: {fast: 10, slow: 20}}
  risk: {plugin: risk}
)";

TEST(Override, splits_agent_keys_and_value) {
    const auto set = parse_override("pattern-recognition.crossover.fast=50").value();
    EXPECT_EQ(set.agent, "pattern-recognition");
    EXPECT_THAT(set.keys, ElementsAre("crossover", "fast"));
    EXPECT_EQ(set.value, "50");
    EXPECT_EQ(set.text, "pattern-recognition.crossover.fast=50");
}

TEST(Override, keeps_what_follows_the_first_equals_sign) {
    EXPECT_EQ(parse_override("a.b=c=d.e").value().value, "c=d.e");
    EXPECT_EQ(parse_override("a.b=").value().value, "");
}

TEST(Override, says_what_is_wrong_with_a_text) {
    EXPECT_EQ(parse_override("risk.x").error().message,
              "--set risk.x: there is no '='. Write --set AGENT.KEY=VALUE, for example --set "
              "pattern-recognition.crossover.fast=50.");
    EXPECT_THAT(parse_override("risk=5").error().message, HasSubstr("no '.' between"));
    EXPECT_THAT(parse_override("Risk.x=5").error().message, HasSubstr("'Risk' is not the name"));
    EXPECT_THAT(parse_override(".x=5").error().message, HasSubstr("'' is not the name"));
    EXPECT_THAT(parse_override("risk.=5").error().message, HasSubstr("a key is empty"));
    EXPECT_THAT(parse_override("risk.a..b=5").error().message, HasSubstr("a key is empty"));
}

TEST(Override, replaces_and_adds_values_before_they_are_read) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(file,
                                                         {"pattern-recognition.crossover.fast=50",
                                                          "market-data.file=/tmp/x.csv",
                                                          "market-data.speed=max",
                                                          "risk.limits.max_position=2.50",
                                                          "risk.list=[1, {a: b}]",
                                                          "risk.text=\"5\""}));
    EXPECT_EQ(fleet.find("market-data")->config_json, R"({"file":"/tmp/x.csv","speed":"max"})");
    EXPECT_EQ(fleet.find("pattern-recognition")->config_json,
              R"({"crossover":{"fast":50,"slow":20}})");
    EXPECT_EQ(fleet.find("risk")->config_json,
              R"({"limits":{"max_position":2.50},"list":[1,{"a":"b"}],"text":"5"})");
}

TEST(Override, is_the_place_of_its_values) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(file, {"market-data.file=x.csv"}));
    const AgentConfig& agent = *fleet.find("market-data");
    EXPECT_EQ(agent.config_places.at("/file").file, "--set market-data.file=x.csv");
    EXPECT_EQ(agent.config_places.at("/file").line, 0);
    EXPECT_EQ(agent.config_places.at("/speed").line, 2);
}

TEST(Override, gives_way_to_a_later_one) {
    const ConfigFolder folder;
    const auto fleet =
        std::get<FleetConfig>(folder.load(file, {"risk.x=1", "risk.x={y: 2}", "risk.x.z=3"}));
    EXPECT_EQ(fleet.find("risk")->config_json, R"({"x":{"y":2,"z":3}})");
}

TEST(Override, of_an_unknown_agent_is_a_fault_of_the_command_line) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults(file, {"market-dat.file=x"}),
                ElementsAre("--set market-dat.file=x: there is no agent 'market-dat' in the file. "
                            "Did you mean 'market-data'?"));
}

TEST(Override, below_a_value_that_is_no_map_is_a_fault) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults(file, {"market-data.file.name=x"}),
                ElementsAre("--set market-data.file.name=x: 'file' of agent 'market-data' is not a "
                            "map, so nothing below it can be set."));
}

TEST(Override, that_is_no_yaml_is_a_fault) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults(file, {"risk.x=[1"}),
                ElementsAre("--set risk.x=[1: This is not valid YAML: a '[' is not closed by ']', "
                            "or a ',' is missing before this place."));
}

TEST(Override, of_nothing_is_null) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(file, {"risk.x="}));
    EXPECT_EQ(fleet.find("risk")->config_json, R"({"x":null})");
}

}  // namespace
}  // namespace drover
