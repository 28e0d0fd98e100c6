// `drover backtest`: the numbers of the worked example, its document, its options and exit codes.
#include <algorithm>
#include <csignal>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"
#include "scenarios/history_file.hpp"
#include "scenarios/trading_fleet.hpp"

namespace drover::scenarios {
namespace {

/// A number as it is written: a double could not hold what money is.
std::string number_text(const std::string& output, const std::string& key) {
    std::size_t at = output.find('"' + key + '"');
    if (at == std::string::npos) {
        return "";
    }
    at = output.find_first_of("-0123456789", at + key.size() + 2);
    return output.substr(at, output.find_first_not_of("-+.eE0123456789", at) - at);
}

/// A fleet on a random walk, in agents.yaml of the folder; `more_agents` as filled_in() takes them.
void write_random_fleet(const FleetUnderTest& fleet,
                        int bars,
                        const std::string& more_agents = "") {
    const auto history = fleet.write("history.csv", random_walk(bars));
    fleet.write(
        "agents.yaml",
        trading_fleet_yaml({.history = history, .more_agents = fleet.filled_in(more_agents)}));
}

TEST(Backtest, gives_the_worked_example_to_the_last_digit) {
    if (sp500_file().empty()) {
        GTEST_SKIP() << "data/sp500-2000.csv is not there; ./dev setup fetches it";
    }
    const FleetUnderTest fleet;
    const std::string example = repository() / "examples" / "sma_crossover" / "agents.yaml";
    const std::vector<std::string> options{
        "-f", example, "--from", "2000-01-03", "--to", "2020-04-17"};
    const std::string output = backtest_output(fleet, options);
    const Json first = parsed(output);
    EXPECT_EQ(first.value("trades", -1), 128);
    EXPECT_EQ(number_text(output, "final_equity"), "100333.349913");
    EXPECT_EQ(first.value("open_positions", -1), 1);
    const Json second = backtest(fleet, options);
    EXPECT_EQ(first.at("event_log_hash"), second.at("event_log_hash"));
    EXPECT_EQ(first.at("events"), second.at("events"));
}

TEST(Backtest, prints_the_keys_of_the_contract) {
    const FleetUnderTest fleet;
    write_random_fleet(fleet, 120);
    const Json document = backtest(fleet, {});
    for (const char* key : {"trades",
                            "final_equity",
                            "return_percent",
                            "max_drawdown_percent",
                            "bars",
                            "events",
                            "open_positions",
                            "event_log_hash",
                            "seconds",
                            "left_out"}) {
        EXPECT_TRUE(document.contains(key)) << key << " in " << document.dump(1);
    }
    EXPECT_EQ(document.value("bars", -1), 120);
    EXPECT_TRUE(document.at("left_out").is_array() || document.at("left_out").is_object());
}

TEST(Backtest, gives_the_same_hash_in_another_process_and_another_one_for_other_data) {
    const FleetUnderTest fleet;
    write_random_fleet(fleet, 300);
    const auto other = fleet.write("other.csv", random_walk(300, 2));
    const Json first = backtest(fleet, {});
    const Json again = backtest(fleet, {});
    const Json changed = backtest(fleet, {"--set", "market-data.file=" + other.string()});
    EXPECT_GT(first.value("trades", 0), 3) << "the random walk has to make trades";
    EXPECT_EQ(first.at("event_log_hash"), again.at("event_log_hash"));
    EXPECT_NE(first.at("event_log_hash"), changed.at("event_log_hash"));
}

TEST(Backtest, makes_no_fingerprint_with_no_hash) {
    const FleetUnderTest fleet;
    write_random_fleet(fleet, 120);
    const Json hashed = backtest(fleet, {});
    const Json plain = backtest(fleet, {"--no-hash"});
    EXPECT_TRUE(hashed.at("event_log_hash").is_string());
    EXPECT_TRUE(plain.at("event_log_hash").is_null());
    EXPECT_EQ(plain.at("final_equity"), hashed.at("final_equity"));
    EXPECT_EQ(plain.at("events"), hashed.at("events"));
}

TEST(Backtest, shows_the_cost_of_each_part_with_profile) {
    const FleetUnderTest fleet;
    write_random_fleet(fleet, 600);
    const Json plain = backtest(fleet, {});
    const Json profiled = backtest(fleet, {"--profile"});
    EXPECT_FALSE(plain.contains("profile"));
    EXPECT_EQ(profiled.at("event_log_hash"), plain.at("event_log_hash"));
    std::set<std::string> parts;
    for (const Json& part : profiled.at("profile").at("parts")) {
        parts.insert(part.at("kind").get<std::string>() + " " + part.at("name").get<std::string>());
        EXPECT_GE(part.at("seconds").get<double>(), 0) << part;
    }
    for (const char* part : {"preparation market-data",
                             "callbacks broker",
                             "callbacks risk",
                             "host queue",
                             "host event log"}) {
        EXPECT_TRUE(parts.contains(part)) << part << " in " << profiled.dump(1);
    }
    const ProgramResult table = fleet.drover({"backtest", "--profile"});
    EXPECT_EQ(table.exit_code, 0) << table.text();
    EXPECT_NE(table.output.find("callbacks of broker"), std::string::npos) << table.text();
    EXPECT_NE(table.output.find("NS PER BAR"), std::string::npos) << table.text();
}

TEST(Backtest, takes_both_ends_of_a_range) {
    const FleetUnderTest fleet;
    write_random_fleet(fleet, 100);
    // Monday 2000-01-10 to Friday 2000-01-21: ten trading days.
    const Json document = backtest(fleet, {"--from", "2000-01-10", "--to", "2000-01-21"});
    EXPECT_EQ(document.value("bars", -1), 10);
}

TEST(Backtest, sets_a_nested_value_of_an_agent) {
    const FleetUnderTest fleet;
    write_random_fleet(fleet, 600);
    const Json plain = backtest(fleet, {});
    const Json slower = backtest(fleet,
                                 {"--set",
                                  "pattern-recognition.crossover.fast=50",
                                  "--set",
                                  "pattern-recognition.crossover.slow=100"});
    EXPECT_LT(slower.value("trades", -1), plain.value("trades", -1));
    EXPECT_NE(slower.at("event_log_hash"), plain.at("event_log_hash"));
}

TEST(Backtest, resolves_a_path_of_set_against_the_working_directory) {
    const FleetUnderTest fleet;
    write_random_fleet(fleet, 60);
    fleet.write("elsewhere/agents.yaml", fleet.read("agents.yaml"));
    fleet.write("short.csv", random_walk(42));
    const Json document =
        backtest(fleet, {"-f", "elsewhere/agents.yaml", "--set", "market-data.file=short.csv"});
    EXPECT_EQ(document.value("bars", -1), 42);
}

TEST(Backtest, reads_times_of_day_and_columns_in_any_order) {
    const FleetUnderTest fleet;
    write_random_fleet(fleet, 60);
    fleet.write("minutes.csv",
                "close,low,high,open,time\n"
                "100.5,99,101,100,2020-01-02T09:30:00Z\n"
                "101.5,100,102,100.5,2020-01-02T09:31:00Z\n"
                "102,101,103,101.5,2020-01-02T09:32:00Z\n");
    const Json document = backtest(
        fleet, {"--set", "market-data.file=minutes.csv", "--set", "market-data.interval=1m"});
    EXPECT_EQ(document.value("bars", -1), 3);
    EXPECT_EQ(document.value("trades", -1), 0);
}

TEST(Backtest, writes_every_message_to_a_file) {
    const FleetUnderTest fleet;
    write_random_fleet(fleet, 120);
    const Json document = backtest(fleet, {"--events", "events.jsonl"});
    std::istringstream lines(fleet.read("events.jsonl"));
    std::vector<Json> events;
    for (std::string line; std::getline(lines, line);) {
        events.push_back(parsed(line));
    }
    EXPECT_EQ(events.size(), document.at("events"));
    const auto first_bar = std::ranges::find_if(events, [](const Json& event) {
        return event.at("topic").get<std::string>().starts_with("market.bar.");
    });
    ASSERT_NE(first_bar, events.end());
    EXPECT_EQ(first_bar->at("publisher"), "market-data");
    // A daily bar has happened when its day is over.
    EXPECT_EQ(first_bar->at("event_time"), "2000-01-04T00:00:00Z");
    EXPECT_EQ(first_bar->at("records").at(0).at("symbol"), "SPX");
    EXPECT_EQ(events.back().at("topic"), "performance.summary");
    EXPECT_EQ(backtest(fleet, {}).at("event_log_hash"), document.at("event_log_hash"));
}

TEST(Backtest, tells_programs_how_far_it_has_come_and_is_silent_otherwise) {
    const FleetUnderTest fleet;
    write_random_fleet(fleet, 600);
    const ProgramResult silent = fleet.drover({"backtest", "-o", "json"});
    EXPECT_EQ(silent.errors, "");
    // 2000-01-03 and 599 trading days more end in April 2002.
    const ProgramResult told =
        fleet.drover({"backtest", "-o", "json", "--to", "2010-01-01", "--progress-fd", "2"});
    ASSERT_EQ(told.exit_code, 0) << told.text();
    const Json progress = parsed(told.errors.substr(0, told.errors.find('\n')));
    EXPECT_GT(progress.at("events"), 0);
    EXPECT_GT(progress.at("instants"), 0);
    EXPECT_GT(progress.at("share"), 0.0);
    EXPECT_LT(progress.at("share"), 0.3);
    EXPECT_TRUE(progress.at("time").get<std::string>().starts_with("200"));
    EXPECT_EQ(parsed(told.output).at("event_log_hash"), parsed(silent.output).at("event_log_hash"));
}

TEST(Backtest, tells_people_what_an_agent_warns_of_in_a_sentence) {
    const FleetUnderTest fleet;
    write_random_fleet(fleet, 600);
    const ProgramResult result =
        fleet.drover({"backtest", "--set", "risk.breakers.peak_drawdown.limit=0.0001%"});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_THAT(result.errors, testing::StartsWith("warning: risk: "));
    EXPECT_THAT(result.errors, testing::Not(testing::HasSubstr("{")));
}

TEST(Backtest, needs_no_daemon_and_leaves_no_process) {
    const FleetUnderTest fleet;
    write_random_fleet(fleet, 60);
    (void)backtest(fleet, {});
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

TEST(Backtest, fails_with_a_sentence) {
    const FleetUnderTest fleet;
    write_random_fleet(fleet, 60);
    struct Case {
        std::vector<std::string> options;
        int exit_code;
        std::string told;
    };
    const std::vector<Case> cases{
        {{"--set", "market-data.file=missing.csv"}, 1, "missing.csv"},
        {{"--set", "nobody.key=1"}, 2, "nobody"},
        {{"--set", "pattern-recognition.crossover.fast=slow"}, 2, "fast"},
        {{"--set", "pattern-recognition.crossover.fats=10"}, 2, "fats"},
        {{"-f", "missing.yaml"}, 1, "missing.yaml"},
        {{"--form", "2000-01-03"}, 2, "--form"},
        {{"--from", "2031-01-01"}, 1, "range"},
        {{"--from", "2000-13-01"}, 2, "--from: '2000-13-01' is no date"},
        {{"--to", "1.2.2000"}, 2, "--to: '1.2.2000' is no date"},
        {{"--from", ""}, 2, "--from: '' is no date"},
        {{"--from", "2020-01-02", "--to", "2020-01-01"}, 2, "lies after --to 2020-01-01"},
        {{"--events", "no/such/folder/events"}, 1, "no/such/folder"},
        {{"--progress-fd", "77"}, 2, "--progress-fd 77"},
    };
    for (const Case& wanted : cases) {
        std::vector<std::string> arguments{"backtest", "-o", "json"};
        arguments.insert(arguments.end(), wanted.options.begin(), wanted.options.end());
        const ProgramResult result = fleet.drover(arguments);
        EXPECT_EQ(result.exit_code, wanted.exit_code) << wanted.told << ": " << result.text();
        EXPECT_NE(result.errors.find(wanted.told), std::string::npos) << result.text();
    }
}

TEST(Backtest, survives_a_plugin_that_crashes_in_it) {
    const FleetUnderTest fleet;
    write_random_fleet(fleet,
                       60,
                       "  bad:\n    plugin: @crashes@\n"
                       "    agent: on-message\n"
                       "    config: {after: 5}\n");
    const ProgramResult result = fleet.drover({"backtest", "-o", "json"});
    EXPECT_EQ(result.exit_code, 1) << result.text();
    EXPECT_NE(result.errors.find("The simulation ended without a result: killed by SIGSEGV while "
                                 "agent 'bad' (plugin " +
                                 misbehaving_plugin("crashes")),
              std::string::npos)
        << result.text();
    EXPECT_NE(result.errors.find("was in on_message, port 'bars'"), std::string::npos)
        << result.text();
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

TEST(Backtest, names_the_agent_that_leaves_the_process_of_all) {
    const FleetUnderTest fleet;
    write_random_fleet(fleet,
                       60,
                       "  bad:\n    plugin: @crashes@\n"
                       "    agent: at-start\n");
    const ProgramResult result = fleet.drover({"backtest", "-o", "json"});
    EXPECT_EQ(result.exit_code, 1) << result.text();
    EXPECT_NE(result.errors.find("was in start"), std::string::npos) << result.text();
    EXPECT_NE(result.errors.find("agent 'bad'"), std::string::npos) << result.text();
}

TEST(Backtest, says_who_keeps_it_waiting) {
    const FleetUnderTest fleet;
    write_random_fleet(fleet,
                       60,
                       "  slow:\n    plugin: @hangs@\n"
                       "    agent: on-message\n");
    Program backtest = fleet.start_drover({"backtest", "-o", "json"});
    EXPECT_TRUE(eventually([&] {
        return backtest.errors().find(
                   "warning: agent 'slow' (plugin " + misbehaving_plugin("hangs") +
                   ") has been in on_message, port 'bars' for ") != std::string::npos;
    })) << backtest.errors();
    backtest.send_signal(SIGINT);
    EXPECT_TRUE(backtest.wait_for_end(patience));
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

}  // namespace
}  // namespace drover::scenarios
