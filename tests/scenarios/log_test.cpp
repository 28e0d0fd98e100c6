// `drover log` with a fleet that runs, and with one that does not.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>

#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

Json log_of(const FleetUnderTest& fleet) {
    const ProgramResult result = fleet.drover({"log", "stat", "-o", "json"});
    EXPECT_EQ(result.exit_code, 0) << result.text();
    const auto parsed = parse_json(result.output);
    return parsed ? parsed.value() : Json::object();
}

TEST(Log, is_told_of_by_the_fleet_and_by_its_files) {
    FleetUnderTest fleet;
    fleet.write_agents("  ticker: {plugin: @behaving@, agent: ticker}\n",
                       "topics:\n  \"test.>\": {delivery: durable, receivers: declared}\n"
                       "log: {segment_size: 1MiB, max_size: 8MiB}\n");
    EXPECT_EQ(fleet.drover({"up", "-d"}).exit_code, 0);
    const Json live = log_of(fleet);
    EXPECT_EQ(live.at("max_size"), 8U << 20U);
    EXPECT_EQ(live.at("trouble"), "");
    EXPECT_EQ(fleet.drover({"log", "trim"}).exit_code, 0);
    const ProgramResult unknown = fleet.drover({"log", "forget", "nobody"});
    EXPECT_EQ(unknown.exit_code, 1);
    EXPECT_NE(unknown.errors.find("The durable log knows no receiver 'nobody'."), std::string::npos)
        << unknown.text();
    EXPECT_EQ(fleet.drover({"down"}).exit_code, 0);
    const Json files = log_of(fleet);
    EXPECT_EQ(files.at("log"), live.at("log"));
    EXPECT_EQ(fleet.drover({"up", "-d", "--fresh"}).exit_code, 0);
    EXPECT_NE(log_of(fleet).at("log"), live.at("log"));
}

constexpr const char* with_crasher = R"(  ticker: {plugin: @behaving@, agent: ticker}
  crasher:
    plugin: @crashes@
    agent: on-message
    restart: always
    backoff: {initial: 10ms, factor: 1, max: 10ms, jitter: 0}
)";
constexpr const char* durable_ticks =
    "topics:\n  \"test.>\": {delivery: durable, receivers: declared}\n";

TEST(Log, names_the_message_that_kills_its_receiver_in_the_status_too) {
    FleetUnderTest fleet;
    fleet.write_agents(with_crasher, durable_ticks);
    fleet.up_well_or_not();
    ASSERT_TRUE(
        fleet.reaches("crasher", [](const AgentStatus& agent) { return agent.state == "failed"; }));
    const auto status = parse_json(fleet.drover({"status", "-o", "json"}).output);
    ASSERT_TRUE(status);
    Json crasher;
    for (const Json& agent : status.value().at("agents")) {
        if (agent.at("name") == "crasher") {
            crasher = agent;
        }
    }
    const Json poison = crasher.at("poison");
    EXPECT_EQ(poison.at("topic"), "test.tick");
    EXPECT_EQ(poison.at("publisher"), "ticker");
    EXPECT_EQ(poison.at("crashes"), 3);
    const std::string sentence =
        "it ended 3 times while it handled the durable message at "
        "position " +
        poison.at("position").dump() + " (test.tick of ticker); last: ";
    EXPECT_NE(crasher.at("reason").get<std::string>().find(sentence), std::string::npos)
        << crasher.dump(1);
}

/// A receiver that does not get through its first message before a file is there.
constexpr const char* with_hanger = R"(  ticker: {plugin: @behaving@, agent: ticker}
  hanger:
    plugin: @hangs@
    agent: until
    config: {file: @FOLDER@/go}
    restart: always
    backoff: {initial: 10ms, factor: 1, max: 10ms, jitter: 0}
    heartbeat: {timeout: 100ms}
    on_hang: report
)";

/// Kills the hanger over its first message, `between` after each time, and expects it back each
/// time. Then it may go on, and does.
void expect_back_after_kills(const FleetUnderTest& fleet, const std::function<void()>& between) {
    constexpr int kills = 4;
    for (int kill = 0; kill < kills; ++kill) {
        ASSERT_TRUE(fleet.reaches(
            "hanger",
            [&](const AgentStatus& now) { return now.health == "hung" && now.restarts == kill; }))
            << "kill " << kill;
        between();
        ASSERT_TRUE(gets_signal(fleet.pid_of("hanger"), SIGKILL));
    }
    fleet.write("go", "");
    EXPECT_TRUE(fleet.reaches(
        "hanger", [](const AgentStatus& now) { return now.is_well() && now.restarts == kills; }));
    EXPECT_TRUE(fleet.hears_more("hanger"));
}

TEST(Log, gives_a_message_again_to_a_receiver_that_is_killed_from_outside_as_often_as_it_is) {
    FleetUnderTest fleet;
    fleet.write_agents(with_hanger, durable_ticks);
    fleet.up_well_or_not();
    expect_back_after_kills(fleet, [] {});
}

TEST(Log, gives_it_again_too_when_each_kill_is_seen_by_another_supervisor) {
    FleetUnderTest fleet;
    fleet.write_agents(with_hanger, std::string("on_supervisor_death: adopt\n") + durable_ticks);
    fleet.up_well_or_not();
    expect_back_after_kills(fleet, [&] { fleet.lose_supervisor(); });
}

TEST(Log, that_is_kept_for_nobody_any_more_shows_in_the_status) {
    FleetUnderTest fleet;
    const std::string ticker = "  ticker: {plugin: @behaving@, agent: ticker}\n";
    const std::string listener = "  listener: {plugin: @behaving@, agent: listener}\n";
    fleet.write_agents(ticker + listener, durable_ticks);
    fleet.up();
    const auto says = [&](const char* what) {
        return fleet.drover({"status"}).output.find(what) != std::string::npos;
    };
    EXPECT_FALSE(says("no receiver any more"));
    fleet.write_agents(ticker, durable_ticks);
    ASSERT_EQ(fleet.drover({"apply"}).exit_code, 0);
    ASSERT_TRUE(eventually([&] { return says("on for listener, which is no receiver any more"); }))
        << fleet.drover({"status"}).output;
    fleet.down();
    fleet.up();
    ASSERT_TRUE(eventually([&] { return says("on for listener, which is no receiver any more"); }))
        << "the router tells it again: " << fleet.drover({"status"}).output;
    EXPECT_EQ(fleet.drover({"log", "forget", "listener"}).exit_code, 0);
    EXPECT_TRUE(eventually([&] { return !says("no receiver any more"); }));
}

constexpr const char* ticker_alone = "  ticker: {plugin: @behaving@, agent: ticker}\n";

TEST(Log, that_is_damaged_is_said_to_be_the_reason_wherever_people_look) {
    FleetUnderTest fleet;
    fleet.write_agents(ticker_alone, durable_ticks);
    fleet.up();
    fleet.down();
    for (const auto& entry :
         std::filesystem::directory_iterator(fleet.state_directory() / "router" / "log")) {
        std::ofstream(entry.path()) << "no log at all";
    }
    const std::string damaged = "The durable log is damaged";
    EXPECT_NE(fleet.drover({"doctor"}).output.find(damaged), std::string::npos);
    EXPECT_EQ(fleet.drover({"up", "-d", "--timeout", "2s"}).exit_code, 3);
    EXPECT_TRUE(fleet.reaches("drover-router", [&](const AgentStatus& now) {
        return now.reason.find(damaged) != std::string::npos;
    }));
    const ProgramResult log = fleet.drover({"log", "stat"});
    EXPECT_EQ(log.exit_code, 1) << log.text();
}

TEST(Log, is_not_given_other_numbers_than_those_it_was_written_with) {
    FleetUnderTest fleet;
    fleet.write_agents(ticker_alone, durable_ticks);
    fleet.up();
    fleet.down();
    std::filesystem::remove(fleet.state_directory() / "handles.json");
    const ProgramResult refused = fleet.drover({"up", "-d"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_NE(refused.errors.find("handles.json is gone"), std::string::npos) << refused.text();
    EXPECT_EQ(fleet.drover({"up", "-d", "--fresh"}).exit_code, 0);
}

TEST(Log, is_not_there_where_nothing_is_durable) {
    FleetUnderTest fleet;
    fleet.write_agents("  ticker: {plugin: @behaving@, agent: ticker}\n");
    EXPECT_EQ(fleet.drover({"up", "-d"}).exit_code, 0);
    const ProgramResult none = fleet.drover({"log", "stat"});
    EXPECT_EQ(none.exit_code, 1);
    EXPECT_NE(none.errors.find("has no durable topics"), std::string::npos) << none.text();
}

}  // namespace
}  // namespace drover::scenarios
