// What agents keep with the host (store, random numbers) and what the host refuses them is
// recorded: a replay is equal over kills, quotas, and rules and a kill switch that change on the
// way.
#include <algorithm>
#include <csignal>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"
#include "scenarios/history_file.hpp"
#include "scenarios/recorder_program.hpp"
#include "scenarios/trading_fleet.hpp"
#include "scenarios/undisturbed_draws.hpp"

namespace drover::scenarios {
namespace {

constexpr const char* one_drawer = "  drawer: {plugin: @remembers@}\n";

void kill_agent(const FleetUnderTest& fleet, const std::string& agent) {
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    const auto pid = (*status)[agent].pid;
    ASSERT_TRUE(pid) << status->text;
    ASSERT_TRUE(gets_signal(pid, SIGKILL));
    ASSERT_TRUE(fleet.reaches(
        agent, [&](const AgentStatus& now) { return now.is_well() && now.pid != pid; }));
}

/// A draw that is published now.
Json a_draw(const FleetUnderTest& fleet) {
    const ProgramResult tapped = fleet.drover({"tap", "draw.first", "-n", "1", "-o", "json"});
    const auto message = parse_json(tapped.output);
    EXPECT_TRUE(message) << tapped.text();
    return message ? message.value().at("records").at(0) : Json::object();
}

/// Waits until the drawer has drawn so many more times.
void draws_on(const FleetUnderTest& fleet, std::uint64_t more = 30) {
    const auto before = value_or<std::uint64_t>(a_draw(fleet), "count", 0);
    ASSERT_TRUE(eventually(
        [&] { return value_or<std::uint64_t>(a_draw(fleet), "count", 0) >= before + more; }));
}

TEST(RandomNumbers, go_on_where_they_were_after_a_kill_and_after_a_new_start) {
    const FleetUnderTest fleet;
    fleet.write_agents(one_drawer);
    fleet.up();
    const auto expect_the_only_sequence = [&] {
        const Json draw = a_draw(fleet);
        EXPECT_EQ(
            draw.at("number").get<std::uint64_t>(),
            undisturbed_draw("fleet-under-test", "drawer", draw.at("count").get<std::uint64_t>()))
            << draw.dump();
    };
    draws_on(fleet);
    expect_the_only_sequence();
    kill_agent(fleet, "drawer");
    draws_on(fleet);
    kill_agent(fleet, "drawer");
    draws_on(fleet);
    expect_the_only_sequence();
    EXPECT_EQ(a_draw(fleet).at("lives"), 2);
    fleet.down();
    fleet.up();
    draws_on(fleet);
    expect_the_only_sequence();
    fleet.down();
    fleet.up(0, {"--fresh"});
    expect_the_only_sequence();
    EXPECT_EQ(a_draw(fleet).at("lives"), 0);
}

TEST(RecordedMemory, in_store_and_random_numbers_is_had_again_over_kills) {
    const FleetUnderTest fleet;
    fleet.write_agents(one_drawer);
    fleet.up();
    draws_on(fleet);
    fleet.down();
    RecorderProgram recorder(fleet);
    fleet.up();
    draws_on(fleet);
    kill_agent(fleet, "drawer");
    draws_on(fleet);
    kill_agent(fleet, "drawer");
    draws_on(fleet);
    recorder.finish();
    const Json replayed = recorder.asked({"replay", recorder.file(), "--agent", "drawer"}, 0);
    EXPECT_TRUE(replayed.at("differences").empty()) << replayed.dump(1);
    EXPECT_EQ(replayed.at("lives"), 3) << replayed.dump(1);
    EXPECT_GT(replayed.at("outputs").get<int>(), 90) << replayed.dump(1);
}

TEST(RecordedMemory, of_a_quota_is_had_again_refusals_included) {
    const FleetUnderTest fleet;
    fleet.write_agents(
        "  drawer:\n    plugin: @remembers@\n    config: {burst: 8}\n"
        "    quota: {messages: 300/s, burst: 100ms}\n");
    RecorderProgram recorder(fleet);
    fleet.up();
    // What an agent has given was recorded before it left.
    constexpr int enough = 50;
    ASSERT_TRUE(
        fleet.reaches("drawer", [](const AgentStatus& now) { return now.messages_out > enough; }));
    ASSERT_TRUE(
        eventually([&] { return value_or<std::uint64_t>(a_draw(fleet), "refused", 0) > enough; }));
    recorder.finish();
    const Json replayed = recorder.asked({"replay", recorder.file(), "--agent", "drawer"}, 0);
    EXPECT_TRUE(replayed.at("differences").empty()) << replayed.dump(1);
    EXPECT_GT(replayed.at("outputs").get<int>(), enough) << replayed.dump(1);
}

TEST(RecordedMemory, of_rules_that_are_applied_in_the_middle_of_a_life_is_had_again) {
    const FleetUnderTest fleet;
    fleet.write_agents(one_drawer);
    RecorderProgram recorder(fleet);
    fleet.up();
    draws_on(fleet);
    EXPECT_EQ(a_draw(fleet).at("denied"), 0);
    fleet.write_agents(one_drawer, "topics:\n  \"draw.second\": {publishers: []}\n");
    const ProgramResult applied = fleet.drover({"apply"});
    ASSERT_EQ(applied.exit_code, 0) << applied.text();
    ASSERT_TRUE(
        eventually([&] { return value_or<std::uint64_t>(a_draw(fleet), "denied", 0) > 10; }));
    recorder.finish();
    const Json replayed = recorder.asked({"replay", recorder.file(), "--agent", "drawer"}, 0);
    EXPECT_TRUE(replayed.at("differences").empty()) << replayed.dump(1);
    EXPECT_EQ(replayed.at("lives"), 1) << "the agent went on under the other rules";
}

TEST(RecordedMemory, is_not_in_a_file_of_the_first_format_and_a_replay_says_so) {
    const FleetUnderTest fleet;
    fleet.write_agents(one_drawer);
    RecorderProgram recorder(fleet);
    fleet.up();
    draws_on(fleet);
    recorder.finish();
    constexpr std::streamoff version = 8;
    std::fstream file(fleet.folder() / recorder.file(), std::ios::in | std::ios::out);
    file.seekp(version).put(1);
    file.close();
    for (const std::vector<std::string>& question :
         {std::vector<std::string>{"replay", recorder.file(), "--agent", "drawer"},
          {"parity", recorder.file()},
          {"parity", recorder.file(), "--backtest"}}) {
        const ProgramResult refused = fleet.drover(question);
        EXPECT_EQ(refused.exit_code, 1) << refused.text();
        EXPECT_NE(refused.errors.find("has version 1 of the format"), std::string::npos)
            << refused.text();
    }
    const ProgramResult why = fleet.drover({"why", "nothing", "--recording", recorder.file()});
    EXPECT_NE(why.errors.find("mentions 'nothing'"), std::string::npos) << why.text();
}

/// The trading fleet over a history, with a drawer that draws once for each bar.
void write_trading_fleet(const FleetUnderTest& fleet, int bars, const std::string& speed) {
    std::string text = trading_fleet_yaml(
        {.history = fleet.write("history.csv", random_walk(bars)),
         .speed = speed,
         .more_agents = fleet.filled_in("  drawer: {plugin: @remembers@, config: {period_ms: 0}, "
                                        "depends_on: [market-data]}\n")});
    const std::string limit = "{max_restarts: 5, window: 60s, then: cooldown, cooldown: 5m}";
    text.replace(text.find(limit), limit.size(), "{max_restarts: 1000, window: 60s}");
    fleet.write("agents.yaml", text);
}

bool recording_fleet_has_ended(const FleetUnderTest& fleet) {
    const auto status = fleet.status();
    return status && (*status)["market-data"].reason.starts_with("history ended");
}

/// Bars a second for a history of three hundred bars and more that must not end before a test has
/// disturbed it: more than half a minute, for a dozen commands that others keep waiting.
constexpr const char* slow = "8";

void expect_parity(const RecorderProgram& recorder, int least) {
    const Json parity = recorder.asked({"parity", recorder.file()}, 0);
    EXPECT_TRUE(parity.at("equal").get<bool>()) << parity.at("differences").dump(1);
    const Json afresh = recorder.asked({"parity", recorder.file(), "--backtest"}, 0);
    EXPECT_TRUE(afresh.at("equal").get<bool>()) << afresh.at("differences").dump(1);
    EXPECT_GT(afresh.at("compared").get<int>(), least) << afresh.dump(1);
}

TEST(RecordedMemory, of_a_replay_whose_broker_and_risk_agent_are_killed_makes_the_same_orders) {
    const FleetUnderTest fleet;
    write_trading_fleet(fleet, 300, slow);
    RecorderProgram recorder(fleet);
    fleet.up();
    int kills = 0;
    for (const char* const agent : {"broker", "risk", "market-data", "drawer", "broker", "risk"}) {
        if (!recording_fleet_has_ended(fleet)) {
            kill_agent(fleet, agent);
            ++kills;
        }
    }
    EXPECT_GE(kills, 2) << "the history ended before it was disturbed";
    ASSERT_TRUE(fleet.history_ends());
    recorder.finish();
    expect_parity(recorder, 300);
    const Json draws =
        recorder.asked({"parity", recorder.file(), "--backtest", "--topic", "draw.first"}, 0);
    EXPECT_GE(draws.at("compared").get<int>(), 290) << draws.dump(1);
}

TEST(RecordedMemory, of_a_fleet_that_goes_on_is_run_afresh_from_where_it_was) {
    const FleetUnderTest fleet;
    write_trading_fleet(fleet, 150, "max");
    fleet.up();
    ASSERT_TRUE(fleet.history_ends());
    fleet.down();
    write_trading_fleet(fleet, 350, "max");
    RecorderProgram recorder(fleet);
    fleet.up();
    ASSERT_TRUE(fleet.history_ends());
    recorder.finish();
    expect_parity(recorder, 200);
    const Json draws =
        recorder.asked({"parity", recorder.file(), "--backtest", "--topic", "draw.first"}, 0);
    EXPECT_GE(draws.at("compared").get<int>(), 200) << draws.dump(1);
}

TEST(RecordedMemory, of_a_kill_switch_that_is_moved_in_the_middle_is_run_afresh) {
    const FleetUnderTest fleet;
    write_trading_fleet(fleet, 400, slow);
    RecorderProgram recorder(fleet);
    fleet.up();
    // While the clock's owner is stopped everything is settled, so that no bar is half judged.
    const auto between_bars = [&](const std::vector<std::string>& command) {
        ASSERT_EQ(fleet.drover({"stop", "market-data"}).exit_code, 0);
        ASSERT_EQ(fleet.drover(command).exit_code, 0);
        ASSERT_EQ(fleet.drover({"start", "market-data"}).exit_code, 0);
    };
    ASSERT_TRUE(fleet.hears_more("risk"));
    between_bars({"kill-switch", "engage", "--reason", "test"});
    ASSERT_TRUE(fleet.hears_more("risk"));
    between_bars({"kill-switch", "release"});
    ASSERT_FALSE(recording_fleet_has_ended(fleet));
    ASSERT_TRUE(fleet.history_ends());
    recorder.finish();
    expect_parity(recorder, 300);
}

}  // namespace
}  // namespace drover::scenarios
