// The fleet that drover ships plays its history to the end and stays up.
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"
#include "scenarios/history_file.hpp"
#include "scenarios/trading_fleet.hpp"

namespace drover::scenarios {
namespace {

std::set<std::string> keys_of(const Json& object) {
    std::set<std::string> keys;
    for (const auto& [key, value] : object.items()) {
        keys.insert(key);
    }
    return keys;
}

const AgentStatus& market_data(const FleetStatus& fleet) {
    return fleet["market-data"];
}

bool has_ended(const FleetStatus& fleet) {
    return market_data(fleet).reason.find("history ended") != std::string::npos;
}

TEST(RunToHistoryEnd, keeps_the_fleet_running_and_healthy_after_the_last_bar) {
    FleetUnderTest fleet;
    constexpr int bars = 200;
    const auto history = fleet.write("history.csv", random_walk(bars));
    fleet.write("agents.yaml", trading_fleet_yaml({.history = history}));
    fleet.up();
    ASSERT_TRUE(fleet.history_ends());
    EXPECT_TRUE(
        fleet.reaches([](const FleetStatus& now) { return now.is_well() && has_ended(now); }));
    const auto last = fleet.status();
    ASSERT_TRUE(last);
    EXPECT_EQ(last->agents.size(), 8U) << "seven agents and the router";
    EXPECT_EQ(market_data(*last).reason, "history ended " + last_day_of_random_walk(bars));
    for (const auto& [name, agent] : last->agents) {
        EXPECT_EQ(agent.restarts, 0) << name;
        EXPECT_EQ(agent.lost, 0U) << name;
        EXPECT_EQ(agent.refused, 0U) << name;
    }
}

TEST(RunToHistoryEnd, shows_the_status_with_the_keys_of_the_contract) {
    FleetUnderTest fleet;
    const auto history = fleet.write("history.csv", random_walk(50));
    fleet.write("agents.yaml", trading_fleet_yaml({.history = history}));
    fleet.up();
    const ProgramResult asked = fleet.drover({"status", "-o", "json"});
    ASSERT_EQ(asked.exit_code, 0) << asked.text();
    const auto document = parse_json(asked.output);
    ASSERT_TRUE(document) << asked.text();
    for (const char* key : {"pid", "guard_pid", "uptime_seconds", "version"}) {
        EXPECT_TRUE(document.value().at("supervisor").contains(key)) << key;
    }
    const std::set<std::string> wanted{"name",
                                       "plugin",
                                       "state",
                                       "health",
                                       "reason",
                                       "pid",
                                       "restarts",
                                       "uptime_seconds",
                                       "last_exit",
                                       "messages_in",
                                       "messages_out",
                                       "lost",
                                       "refused",
                                       "cpu_percent",
                                       "memory_bytes",
                                       "depends_on"};
    std::set<std::string> names;
    for (const Json& agent : document.value().at("agents")) {
        const auto name = agent.at("name").get<std::string>();
        names.insert(name);
        EXPECT_TRUE(std::ranges::includes(keys_of(agent), wanted)) << agent.dump(1);
        EXPECT_TRUE(agent.at("pid").is_number_integer()) << name;
        EXPECT_TRUE(agent.at("last_exit").is_null()) << name;
        EXPECT_TRUE(agent.at("depends_on").is_array()) << name;
        EXPECT_EQ(agent.at("plugin").is_null(), name == "drover-router") << name;
    }
    EXPECT_EQ(names,
              (std::set<std::string>{"advisor",
                                     "backtest",
                                     "broker",
                                     "drover-router",
                                     "market-data",
                                     "pattern-recognition",
                                     "performance",
                                     "risk"}));
}

TEST(RunToHistoryEnd, shows_only_the_agents_that_are_named) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  one: {plugin: @behaving@, agent: quiet}\n"
        "  two: {plugin: @behaving@, agent: quiet}\n");
    fleet.up();
    const ProgramResult asked = fleet.drover({"status", "two", "-o", "json"});
    EXPECT_EQ(asked.exit_code, 0) << asked.text();
    const auto status = read_status(asked.output);
    ASSERT_TRUE(status) << asked.text();
    EXPECT_EQ(status->agents.size(), 1U);
    EXPECT_TRUE((*status)["two"].is_well());
    const ProgramResult table = fleet.drover({"status", "two"});
    EXPECT_NE(table.output.find("two"), std::string::npos) << table.text();
    EXPECT_EQ(table.output.find("one"), std::string::npos) << table.text();
}

}  // namespace
}  // namespace drover::scenarios
