#include "config/overlay.hpp"

#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* base = R"(name: desk
defaults: {backoff: {initial: 1s}}
agents:
  data: {plugin: market_data, config: {file: a.csv, list: [1, 2]}}
  risk: {plugin: risk, depends_on: [data], restart: always}
)";

/// The base file with an overlay beside it.
struct Overlay : testing::Test {
    FleetReading read(const std::string& over, const std::string& environment = "prod") {
        folder.write(base);
        std::ofstream(folder.path() / "agents.prod.yaml") << over;
        ::setenv("DROVER_ENVIRONMENT", environment.c_str(), 1);
        auto reading = read_fleet_config(folder.file(), PluginSearch{{folder.path() / "plugins"}});
        ::unsetenv("DROVER_ENVIRONMENT");
        return reading;
    }
    /// "prod 2:3: message" for faults in the overlay.
    std::vector<std::string> faults(const std::string& over) {
        std::vector<std::string> texts;
        for (const std::string& text : folder.shown(read(over).faults)) {
            const std::string begin = "FOLDER/agents.prod.yaml:";
            texts.push_back(text.starts_with(begin) ? "prod " + text.substr(begin.size()) : text);
        }
        return texts;
    }
    ConfigFolder folder;
};

TEST_F(Overlay, changes_what_it_names_and_leaves_the_rest) {
    const FleetReading reading = read(R"(
name: live-desk
defaults: {backoff: {factor: 3}}
agents:
  data: {config: {file: b.csv, list: [3]}}
  view: {plugin: advisor}
)");
    ASSERT_THAT(folder.shown(reading.faults), IsEmpty());
    const FleetConfig& fleet = reading.config;
    EXPECT_EQ(fleet.name, "live-desk");
    ASSERT_EQ(fleet.agents.size(), 3U);
    EXPECT_EQ(fleet.agents[0].config_json, R"({"file":"b.csv","list":[3]})");
    EXPECT_EQ(fleet.agents[1].name, "risk");
    EXPECT_EQ(fleet.agents[1].supervision.restart, RestartMode::always);
    EXPECT_EQ(fleet.agents[1].supervision.backoff.initial, std::chrono::seconds(1));
    EXPECT_EQ(fleet.agents[1].supervision.backoff.factor, 3);
    EXPECT_EQ(fleet.agents[2].name, "view");
}

TEST_F(Overlay, takes_away_a_key_that_it_leaves_without_a_value) {
    const FleetReading reading = read("agents: {risk: {restart: , depends_on: }, data: }\n");
    ASSERT_THAT(folder.shown(reading.faults), IsEmpty());
    ASSERT_EQ(reading.config.agents.size(), 1U);
    EXPECT_THAT(reading.config.agents[0].depends_on, IsEmpty());
    EXPECT_EQ(reading.config.agents[0].supervision.restart, RestartMode::on_failure);
}

TEST_F(Overlay, takes_away_nothing_that_is_not_there) {
    EXPECT_THAT(faults("agents:\n  riks:\n  data: {observer: }\n"),
                ElementsAre("prod 2:3: 'riks' has no value here, which takes it away, and the file "
                            "below has none. Did you mean 'risk'?",
                            HasSubstr("prod 3:10: 'observer' has no value here")));
}

TEST_F(Overlay, changes_nothing_when_it_is_empty) {
    const FleetReading reading = read("# nothing yet\n");
    EXPECT_THAT(folder.shown(reading.faults), IsEmpty());
    EXPECT_EQ(reading.config.agents.size(), 2U);
}

TEST_F(Overlay, has_its_faults_under_its_own_name_behind_those_of_the_base) {
    EXPECT_THAT(
        faults("agents:\n  risk: {restart: perhaps, depends_on: [nobody]}\nnaem: x\n"),
        ElementsAre(HasSubstr("prod 2:19: "), HasSubstr("prod 2:41: "), HasSubstr("prod 3:1: ")));
    EXPECT_THAT(faults("[1]\n"), ElementsAre(HasSubstr("prod 1:1: an overlay is a map")));
    EXPECT_THAT(faults("agents: {\n"), ElementsAre(HasSubstr("prod 2:1: This is not valid YAML")));
}

TEST_F(Overlay, that_is_not_there_names_those_that_are) {
    EXPECT_THAT(folder.shown(read("", "prd").faults),
                ElementsAre("--environment prd: there is no file FOLDER/agents.prd.yaml. Did you "
                            "mean 'prod'? The environments are: prod."));
    EXPECT_THAT(folder.shown(read("", "a/b").faults),
                ElementsAre(HasSubstr("--environment a/b: this is no name for an environment")));
}

}  // namespace
}  // namespace drover
