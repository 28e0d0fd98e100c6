#include "config/fleet_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* reference_file = R"(# yaml-language-server: $schema=docs/agents.schema.json
version: 1
name: spx-desk
clock: {replay: market-data}              # or wall
defaults:
  restart: on_failure                     # no | always | on_failure | unless_stopped
  backoff: {initial: 100ms, factor: 2, max: 30s, jitter: 0.2, reset_after: 60s}
  restart_limit: {max_restarts: 5, window: 60s, then: cooldown, cooldown: 5m}
  heartbeat: {timeout: 2s, grace: 10s}
  shutdown: {timeout: 10s}
topics:                                   # the first pattern that matches decides
  "order.submit.>": {delivery: durable, gated: true, publishers: [risk], receivers: [broker]}
  "order.cancel.>": {delivery: durable, publishers: [risk], receivers: [broker]}
  "order.event.>":  {delivery: durable, publishers: [broker], receivers: declared}
  "market.>":   {delivery: durable, receivers: declared}    # durable, so that a killed agent misses no bar of a replay;
  "pattern.>":  {delivery: durable, receivers: declared}    # a live fleet leaves hot feeds as stream
  "advice.>":   {delivery: durable, receivers: declared}
  "account.>":  {delivery: durable, receivers: declared}
  "position.>": {delivery: durable, receivers: declared}
agents:                                   # the file's order is the order of delivery in a simulation
  market-data:
    plugin: market_data
    config: {provider: history, file: data/sp500-2000.csv, symbol: SPX, interval: 1d, speed: 250, at_end: idle}
  broker:
    plugin: broker
    depends_on: [market-data]
    config: {venue: paper, account: paper, cash: 100000}
  pattern-recognition:
    plugin: pattern_recognition
    depends_on: {market-data: {condition: healthy, restart: true}}
    config: {crossover: {fast: 10, slow: 20}}
  risk:        {plugin: risk, depends_on: [broker]}
  advisor:     {plugin: advisor, depends_on: [pattern-recognition, risk]}
  performance: {plugin: backtest, agent: performance, depends_on: [broker]}
  backtest:    {plugin: backtest, agent: runner}
)";

class ReferenceFleet : public testing::Test {
protected:
    ReferenceFleet() {
        auto loaded = folder_.load(reference_file);
        if (const auto* const faults = std::get_if<std::vector<Fault>>(&loaded)) {
            EXPECT_THAT(folder_.shown(*faults), IsEmpty());
        } else {
            fleet_ = std::get<FleetConfig>(std::move(loaded));
        }
    }

    ConfigFolder folder_;
    FleetConfig fleet_;
};

TEST_F(ReferenceFleet, has_its_name_clock_and_file) {
    EXPECT_EQ(fleet_.name, "spx-desk");
    EXPECT_EQ(fleet_.replay_clock, "market-data");
    EXPECT_EQ(fleet_.file, folder_.file());
    EXPECT_FALSE(fleet_.watch);
}

TEST_F(ReferenceFleet, keeps_the_agents_in_the_order_of_the_file) {
    std::vector<std::string> names;
    for (const AgentConfig& agent : fleet_.agents) {
        names.push_back(agent.name);
    }
    EXPECT_THAT(names,
                ElementsAre("market-data",
                            "broker",
                            "pattern-recognition",
                            "risk",
                            "advisor",
                            "performance",
                            "backtest"));
}

TEST_F(ReferenceFleet, hands_configs_on_as_json) {
    EXPECT_EQ(fleet_.find("market-data")->config_json,
              R"({"provider":"history","file":"data/sp500-2000.csv","symbol":"SPX",)"
              R"("interval":"1d","speed":250,"at_end":"idle"})");
    EXPECT_EQ(fleet_.find("pattern-recognition")->config_json,
              R"({"crossover":{"fast":10,"slow":20}})");
    EXPECT_EQ(fleet_.find("risk")->config_json, "{}");
}

TEST_F(ReferenceFleet, knows_where_each_value_and_key_of_a_config_stands) {
    const AgentConfig& agent = *fleet_.find("pattern-recognition");
    const auto place = [](const SourcePlace& at) {
        return std::to_string(at.line) + ":" + std::to_string(at.column);
    };
    EXPECT_EQ(place(agent.config_places.at("")), "31:5");
    EXPECT_EQ(place(agent.config_places.at("/crossover")), "31:25");
    EXPECT_EQ(place(agent.config_key_places.at("/crossover")), "31:14");
    EXPECT_EQ(place(agent.config_places.at("/crossover/slow")), "31:42");
    EXPECT_EQ(place(agent.config_key_places.at("/crossover/slow")), "31:36");
    EXPECT_EQ(place(agent.plugin_place), "29:13");
    EXPECT_EQ(place(fleet_.find("risk")->config_places.at("")), "32:3");
    EXPECT_EQ(place(fleet_.find("performance")->agent_place), "34:42");
    EXPECT_EQ(place(fleet_.find("risk")->agent_place), "32:25");
}

TEST_F(ReferenceFleet, chooses_agents_and_finds_plugins) {
    EXPECT_EQ(fleet_.find("performance")->agent, "performance");
    EXPECT_EQ(fleet_.find("risk")->agent, "");
    EXPECT_EQ(fleet_.find("backtest")->plugin_file, folder_.path() / "plugins" / "backtest.so");
}

TEST_F(ReferenceFleet, has_eight_rules_and_no_warning) {
    EXPECT_THAT(fleet_.topics, SizeIs(8));
    EXPECT_THAT(fleet_.warnings, IsEmpty());
}

TEST(FleetConfig, keeps_the_digits_of_money) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(
        folder.load("agents: {b: {plugin: broker, config: {cash: 100000.50, fee: 0.10}}}"));
    EXPECT_EQ(fleet.agents[0].config_json, R"({"cash":100000.50,"fee":0.10})");
}

TEST(FleetConfig, writes_every_kind_of_value_as_json) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(
agents:
  a:
    plugin: risk
    config:
      nothing:
      tilde: ~
      truth: true
      untruth: False
      yes_text: yes
      date: 2000-01-03
      quoted: "12"
      text: "a\"b\u00e9\n"
      a/b~c: 1
      list: [1, [2], {x: y}, ~]
      empty: {}
)"));
    const AgentConfig& agent = fleet.agents.at(0);
    EXPECT_EQ(agent.config_json,
              R"({"nothing":null,"tilde":null,"truth":true,"untruth":false,"yes_text":"yes",)"
              R"("date":"2000-01-03","quoted":"12","text":"a\"bé\n","a/b~c":1,)"
              R"("list":[1,[2],{"x":"y"},null],"empty":{}})");
    EXPECT_EQ(agent.config_places.at("/a~1b~0c").line, 14);
    EXPECT_EQ(agent.config_places.at("/list/2/x").line, 15);
    EXPECT_EQ(agent.config_places.at("/nothing").line, 6);
}

TEST(FleetConfig, refuses_numbers_that_are_read_in_two_ways) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults("agents: {a: {plugin: risk, config: {x: 012, y: .inf}}}"),
                ElementsAre("1:40: agent 'a': config: '012' is read differently by versions of "
                            "YAML or does not exist in JSON: write the number without leading "
                            "zeros, or quote the text as '012'.",
                            "1:48: agent 'a': config: '.inf' is read differently by versions of "
                            "YAML or does not exist in JSON: write the number without leading "
                            "zeros, or quote the text as '.inf'."));
}

TEST(FleetConfig, needs_agents) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults("version: 1\n"),
                ElementsAre("file: 'agents' is missing: a fleet needs at least one agent."));
    EXPECT_THAT(folder.faults("agents:\n"),
                ElementsAre("1:1: 'agents' is missing: a fleet needs at least one agent."));
    EXPECT_THAT(folder.faults("agents: {}\n"),
                ElementsAre("1:9: 'agents' takes a map from names to agents, at least one, and "
                            "this is an empty map."));
    EXPECT_THAT(folder.faults("agents: [risk]\n"),
                ElementsAre("1:9: 'agents' takes a map from names to agents, at least one, and "
                            "this is a list."));
    EXPECT_THAT(folder.faults("- agents\n"),
                ElementsAre("1:1: a map with keys such as 'version' is expected here, and this is "
                            "a list."));
}

TEST(FleetConfig, checks_version_name_and_clock) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults(R"(version: 2
name: Spx Desk
clock: {replay: market}
agent: {}
metrics: {}
agents: {market-data: {plugin: market_data}}
)"),
                ElementsAre("1:10: 'version' is the number 2; this drover reads version 1.",
                            "2:7: 'name' takes 1 to 48 of a-z, 0-9, - _ and ., beginning with a "
                            "letter, and this is the text 'Spx Desk'.",
                            "3:17: clock: 'replay' names 'market', which is not defined under "
                            "agents.",
                            "4:1: unknown key 'agent'. Did you mean 'agents'?",
                            "5:1: 'metrics' is not available yet in this version of "
                            "drover: remove the key."));
    EXPECT_THAT(folder.faults("watch: often\nagents: {a: {plugin: risk}}"),
                ElementsAre(testing::StartsWith("1:8: 'watch' takes ")));
    EXPECT_THAT(
        folder.faults("on_supervisor_death: adopts\nagents: {a: {plugin: risk}}"),
        ElementsAre(testing::StartsWith("1:22: 'on_supervisor_death' takes kill or adopt")));
    EXPECT_THAT(
        folder.faults("on_supervisor_death: {}\nagents: {a: {plugin: risk}}"),
        ElementsAre(testing::StartsWith("1:22: 'on_supervisor_death' takes kill or adopt")));
    EXPECT_THAT(folder.faults("clock: replay\nagents: {a: {plugin: risk}}"),
                ElementsAre("1:8: 'clock' takes wall or {replay: AGENT}, and this is the text "
                            "'replay'."));
    EXPECT_THAT(folder.faults("clock: {}\nagents: {a: {plugin: risk}}"),
                ElementsAre("1:8: clock: 'replay' is missing: name the agent that replays, as in "
                            "{replay: market-data}"));
}

TEST(FleetConfig, runs_on_the_wall_clock_unless_told_otherwise) {
    const ConfigFolder folder;
    for (const char* text :
         {"agents: {a: {plugin: risk}}", "clock: wall\nagents: {a: {plugin: risk}}"}) {
        const auto fleet = std::get<FleetConfig>(folder.load(text));
        EXPECT_FALSE(fleet.replay_clock.has_value());
        EXPECT_EQ(fleet.name, "fleet");
    }
}

TEST(FleetConfig, lists_all_faults_in_the_order_of_the_file) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults(R"(agents:
  a: {plugin: none, depends_on: [b]}
  b: {plugin: risk, depends_on: [a, c], config: {x: "${DROVER_TEST_UNSET}"}, config: {}}
topics: {"x y": {}}
colour: red
)",
                              {"z.x=1"}),
                ElementsAre(testing::StartsWith("2:15: agent 'a': there is no plugin 'none'"),
                            testing::StartsWith("3:34: agent 'b': the dependencies go round"),
                            testing::StartsWith("3:37: agent 'b' depends on 'c'"),
                            testing::StartsWith("3:53: The environment variable"),
                            testing::StartsWith("3:78: The key 'config' stands here"),
                            testing::StartsWith("4:10: topic 'x y'"),
                            testing::StartsWith("5:1: unknown key 'colour'"),
                            testing::StartsWith("--set z.x=1: there is no agent 'z'")));
}

TEST(FleetConfig, has_a_time_for_the_stop_of_the_whole_fleet) {
    const ConfigFolder folder;
    const auto usual = std::get<FleetConfig>(folder.load("agents: {risk: {plugin: risk}}"));
    EXPECT_EQ(usual.shutdown_timeout, std::chrono::seconds(60));
    const auto set = std::get<FleetConfig>(
        folder.load("shutdown: {timeout: 5s}\nagents: {risk: {plugin: risk}}"));
    EXPECT_EQ(set.shutdown_timeout, std::chrono::seconds(5));
    EXPECT_EQ(set.agents.at(0).supervision.shutdown_timeout, std::chrono::seconds(10));
    EXPECT_THAT(
        folder.faults("shutdown: {timeout: 5, now: 1}\nagents: {risk: {plugin: risk}}"),
        testing::ElementsAre("1:21: shutdown: 'timeout': '5' has no unit: write 5ms, 5s, 5m or 5h.",
                             "1:24: shutdown: unknown key 'now'."));
}

TEST(FleetConfig, refuses_two_agents_of_one_name) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults("agents:\n  risk: {plugin: risk}\n  risk: {plugin: risk}\n"),
                ElementsAre("3:3: The key 'risk' stands here for the second time; the first is in "
                            "line 2."));
}

TEST(FleetConfig, limits_the_number_of_agents) {
    const ConfigFolder folder;
    std::string text = "agents:\n";
    for (int number = 0; number <= 1000; ++number) {
        text += "  a" + std::to_string(number) + ": {plugin: risk}\n";
    }
    EXPECT_THAT(folder.faults(text), ElementsAre(HasSubstr("1001 agents are more than the 1000")));
}

}  // namespace
}  // namespace drover
