// What agents remember survives their death, the fleet's, and not `up --fresh`.
#include <csignal>

#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"
#include "scenarios/history_file.hpp"
#include "scenarios/trading_fleet.hpp"

namespace drover::scenarios {
namespace {

constexpr const char* one_ticker = "  ticker: {plugin: @behaving@, agent: ticker}\n";

/// What the ticker counts now; 0 when it could not be heard.
std::uint64_t current_count(const FleetUnderTest& fleet) {
    const ProgramResult tapped = fleet.drover({"tap", "test.tick", "-n", "1", "-o", "json"});
    const auto message = parse_json(tapped.output);
    EXPECT_TRUE(message) << tapped.text();
    return message ? message.value().at("records").at(0).at("count").get<std::uint64_t>() : 0;
}

TEST(State, survives_the_death_of_an_agent) {
    FleetUnderTest fleet;
    fleet.write_agents(one_ticker);
    fleet.up();
    EXPECT_TRUE(
        fleet.reaches("ticker", [](const AgentStatus& now) { return now.messages_out > 100; }));
    const std::uint64_t before = current_count(fleet);
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    ASSERT_TRUE(gets_signal((*status)["ticker"].pid, SIGKILL));
    EXPECT_TRUE(fleet.reaches(
        "ticker", [](const AgentStatus& now) { return now.is_well() && now.restarts == 1; }));
    EXPECT_GT(current_count(fleet), before);
}

TEST(State, survives_down_and_up_and_not_fresh) {
    FleetUnderTest fleet;
    fleet.write_agents(one_ticker);
    fleet.up();
    constexpr std::uint64_t many = 400;
    EXPECT_TRUE(
        fleet.reaches("ticker", [](const AgentStatus& now) { return now.messages_out > many; }));
    const std::uint64_t before = current_count(fleet);
    EXPECT_GT(before, many);
    fleet.down();
    fleet.up();
    EXPECT_GT(current_count(fleet), before);
    fleet.down();
    fleet.up(0, {"--fresh"});
    // From one on, so that no count is greater than how many were published.
    const std::uint64_t anew = current_count(fleet);
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    EXPECT_LE(anew, (*status)["ticker"].messages_out);
}

TEST(State, of_a_replay_goes_on_where_it_was) {
    FleetUnderTest fleet;
    const auto history = fleet.write("history.csv", random_walk(150));
    fleet.write("agents.yaml", trading_fleet_yaml({.history = history}));
    fleet.up();
    ASSERT_TRUE(fleet.history_ends());
    fleet.down();
    fleet.up();
    ASSERT_TRUE(fleet.history_ends());
    const auto again = fleet.status();
    ASSERT_TRUE(again);
    EXPECT_EQ((*again)["broker"].messages_in, 0U) << "no bar is played twice";
    fleet.down();
    fleet.up(0, {"--fresh"});
    ASSERT_TRUE(fleet.history_ends());
    EXPECT_TRUE(
        fleet.reaches("broker", [](const AgentStatus& now) { return now.messages_in >= 150; }));
}

}  // namespace
}  // namespace drover::scenarios
