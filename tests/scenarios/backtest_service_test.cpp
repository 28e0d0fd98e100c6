// Backtests on request, beside a running fleet: `drover request backtest run`.
#include <csignal>

#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"
#include "scenarios/history_file.hpp"
#include "scenarios/trading_fleet.hpp"

namespace drover::scenarios {
namespace {

/// A fleet file whose simulation never ends: one of its agents hangs on the first bar.
constexpr const char* endless_agent =
    "  hangs: {plugin: @hangs@, agent: on-message, config: {after: 1}}\n";

void write_fleet(const FleetUnderTest& fleet, const TradingFleet& wanted) {
    fleet.write("agents.yaml", trading_fleet_yaml(wanted));
    TradingFleet endless = wanted;
    endless.more_agents += fleet.filled_in(endless_agent);
    fleet.write("endless.yaml", trading_fleet_yaml(endless));
}

std::vector<std::string> request(const std::string& port, const std::string& json) {
    return {"request", "backtest", port, json, "--timeout", "120s"};
}

/// The processes of simulations: `drover backtest` and its child.
std::vector<MarkedProcess> simulations(const FleetUnderTest& fleet, const std::string& part) {
    std::vector<MarkedProcess> found;
    for (const MarkedProcess& process : fleet.processes()) {
        if (process.command.find(part) != std::string::npos) {
            found.push_back(process);
        }
    }
    return found;
}
constexpr const char* outer = "--progress-fd";
constexpr const char* inner = "--simulate";

bool runs(const FleetUnderTest& fleet) {
    return eventually([&] { return simulations(fleet, inner).size() == 1; });
}
bool none_runs(const FleetUnderTest& fleet) {
    return eventually(
        [&] { return simulations(fleet, inner).empty() && simulations(fleet, outer).empty(); });
}

TEST(BacktestService, answers_with_what_drover_backtest_prints) {
    const FleetUnderTest fleet;
    write_fleet(fleet, {.history = fleet.write("history.csv", random_walk(600))});
    fleet.up();
    const ProgramResult asked = fleet.drover(request(
        "run",
        R"({"set": {"pattern-recognition.crossover.fast": 5}, "to": "2001-06-01", "label": "x"})"));
    ASSERT_EQ(asked.exit_code, 0) << asked.text();
    const ProgramResult printed = fleet.drover({"backtest",
                                                "-o",
                                                "json",
                                                "--set",
                                                "pattern-recognition.crossover.fast=5",
                                                "--to",
                                                "2001-06-01"});
    Json answer = parsed(asked.output);
    Json expected = parsed(printed.output);
    EXPECT_EQ(answer.at("run"), 1);
    EXPECT_EQ(answer.at("label"), "x");
    EXPECT_GT(answer.value("trades", 0), 3);
    for (const char* own : {"run", "label", "seconds"}) {
        answer.erase(own);
    }
    expected.erase("seconds");
    EXPECT_EQ(answer, expected);
    EXPECT_TRUE(fleet.reaches("backtest", [](const AgentStatus& now) {
        return now.is_well() && now.reason.find("runs ended: 1") != std::string::npos;
    }));
}

TEST(BacktestService, runs_what_was_applied_and_not_what_was_only_saved) {
    const FleetUnderTest fleet;
    const TradingFleet wanted{.history = fleet.write("history.csv", random_walk(600))};
    write_fleet(fleet, wanted);
    fleet.up();
    const auto trades = [&fleet] {
        const ProgramResult asked = fleet.drover(request("run", "{}"));
        EXPECT_EQ(asked.exit_code, 0) << asked.text();
        return parsed(asked.output).value("event_log_hash", std::string());
    };
    const std::string before = trades();
    std::string saved = trading_fleet_yaml(wanted);
    const std::string crossover = "crossover: {fast: 10, slow: 20}";
    ASSERT_NE(saved.find(crossover), std::string::npos);
    saved.replace(saved.find(crossover), crossover.size(), "crossover: {fast: 5, slow: 20}");
    fleet.write("agents.yaml", saved);
    EXPECT_EQ(trades(), before) << "nobody has applied it";
    ASSERT_EQ(fleet.drover({"apply"}).exit_code, 0);
    EXPECT_NE(trades(), before);
    EXPECT_EQ(trades(), backtest(fleet, {}).value("event_log_hash", std::string()));
}

TEST(BacktestService, runs_while_the_live_replay_goes_on) {
    const FleetUnderTest fleet;
    write_fleet(fleet, {.history = fleet.write("history.csv", random_walk(5000)), .speed = "20"});
    fleet.up();
    ASSERT_TRUE(fleet.hears_more("broker"));
    const ProgramResult asked =
        fleet.drover(request("run", R"({"set": {"market-data.speed": 1000}})"));
    ASSERT_EQ(asked.exit_code, 0) << asked.text();
    EXPECT_EQ(parsed(asked.output).at("bars"), 5000);
    EXPECT_TRUE(fleet.hears_more("broker"));
    EXPECT_TRUE(fleet.gets_well());
}

TEST(BacktestService, publishes_progress_and_the_result) {
    const FleetUnderTest fleet;
    write_fleet(fleet, {.history = fleet.write("history.csv", random_walk(600))});
    fleet.up();
    Program tap = fleet.start_drover({"tap", "backtest.>", "-o", "json"});
    // The tap hears what is published once it is there, in the middle of a run perhaps; so runs are
    // asked for until it has heard all of one.
    EXPECT_TRUE(eventually([&] {
        EXPECT_EQ(fleet.drover(request("run", "{}")).exit_code, 0);
        const std::string heard = tap.output();
        return heard.find(R"("topic":"backtest.result.)") != std::string::npos &&
               heard.find(R"("topic":"backtest.progress.)") != std::string::npos &&
               heard.find(R"("state":"running")") != std::string::npos &&
               heard.find(R"("event_log_hash")") != std::string::npos;
    })) << tap.output();
    tap.send_signal(SIGINT);
    ASSERT_TRUE(tap.wait_for_end(patience));
}

TEST(BacktestService, refuses_what_it_does_not_understand_and_tells_what_the_run_refuses) {
    const FleetUnderTest fleet;
    write_fleet(fleet, {.history = fleet.write("history.csv", random_walk(60))});
    fleet.up();
    const ProgramResult typo = fleet.drover(request("run", R"({"form": "2000-01-03"})"));
    EXPECT_EQ(typo.exit_code, 1) << typo.text();
    EXPECT_NE(typo.errors.find("'form' is not known"), std::string::npos) << typo.text();
    const ProgramResult wrong =
        fleet.drover(request("run", R"({"set": {"pattern-recognition.crossover.fats": 5}})"));
    EXPECT_EQ(wrong.exit_code, 1) << wrong.text();
    EXPECT_NE(wrong.errors.find("Did you mean 'fast'?"), std::string::npos) << wrong.text();
    EXPECT_TRUE(fleet.gets_well());
}

TEST(BacktestService, answers_a_failure_when_the_process_of_a_run_is_killed) {
    const FleetUnderTest fleet;
    write_fleet(fleet, {.history = fleet.write("history.csv", random_walk(60))});
    fleet.up();
    for (const char* which : {outer, inner}) {
        Program asking = fleet.start_drover(request("run", R"({"file": "endless.yaml"})"));
        ASSERT_TRUE(runs(fleet)) << asking.errors();
        for (const MarkedProcess& process : simulations(fleet, which)) {
            ::kill(process.pid, SIGKILL);
        }
        ASSERT_TRUE(asking.wait_for_end(patience)) << which;
        EXPECT_EQ(asking.exit_code(), 1) << asking.errors();
        EXPECT_NE(asking.errors().find("killed by SIGKILL"), std::string::npos) << asking.errors();
        EXPECT_TRUE(none_runs(fleet));
        EXPECT_TRUE(fleet.reaches(
            "backtest", [](const AgentStatus& now) { return now.is_well() && now.restarts == 0; }));
    }
    EXPECT_EQ(fleet.drover(request("run", "{}")).exit_code, 0);
}

TEST(BacktestService, leaves_no_process_when_its_agent_is_stopped_or_killed) {
    const FleetUnderTest fleet;
    write_fleet(fleet, {.history = fleet.write("history.csv", random_walk(60))});
    fleet.up();
    Program first = fleet.start_drover(request("run", R"({"file": "endless.yaml"})"));
    ASSERT_TRUE(runs(fleet)) << first.errors();
    EXPECT_EQ(fleet.drover({"stop", "backtest"}).exit_code, 0);
    EXPECT_TRUE(none_runs(fleet));
    ASSERT_TRUE(first.wait_for_end(patience));
    EXPECT_EQ(first.exit_code(), 1) << first.errors();

    EXPECT_EQ(fleet.drover({"start", "backtest"}).exit_code, 0);
    Program second = fleet.start_drover(request("run", R"({"file": "endless.yaml"})"));
    ASSERT_TRUE(runs(fleet)) << second.errors();
    ASSERT_TRUE(gets_signal(fleet.pid_of("backtest"), SIGKILL));
    EXPECT_TRUE(none_runs(fleet));
    ASSERT_TRUE(second.wait_for_end(patience));
    EXPECT_EQ(second.exit_code(), 1) << second.errors();
    EXPECT_TRUE(fleet.gets_well());
}

TEST(BacktestService, ends_a_run_on_request) {
    const FleetUnderTest fleet;
    write_fleet(fleet, {.history = fleet.write("history.csv", random_walk(60))});
    fleet.up();
    Program asking =
        fleet.start_drover(request("run", R"({"file": "endless.yaml", "label": "endless"})"));
    ASSERT_TRUE(runs(fleet)) << asking.errors();
    const ProgramResult cancelled = fleet.drover(request("cancel", R"({"label": "endless"})"));
    EXPECT_EQ(cancelled.exit_code, 0) << cancelled.text();
    EXPECT_TRUE(none_runs(fleet));
    ASSERT_TRUE(asking.wait_for_end(patience));
    EXPECT_EQ(asking.exit_code(), 1);
    EXPECT_NE(asking.errors().find("cancelled"), std::string::npos) << asking.errors();
}

TEST(BacktestService, outlives_who_asked_and_does_not_wait_any_more) {
    const FleetUnderTest fleet;
    write_fleet(fleet, {.history = fleet.write("history.csv", random_walk(60))});
    fleet.up();
    const ProgramResult asked = fleet.drover(
        {"request", "backtest", "run", R"({"file": "endless.yaml"})", "--timeout", "1s"});
    EXPECT_EQ(asked.exit_code, 5) << asked.text();
    EXPECT_EQ(fleet.drover(request("cancel", R"({"run": 1})")).exit_code, 0);
    EXPECT_EQ(fleet.drover(request("run", "{}")).exit_code, 0);
    EXPECT_TRUE(fleet.reaches(
        "backtest", [](const AgentStatus& now) { return now.is_well() && now.restarts == 0; }));
}

TEST(BacktestService, may_be_forbidden_in_the_file) {
    const FleetUnderTest fleet;
    write_fleet(fleet, {.history = fleet.write("history.csv", random_walk(60))});
    std::string text = fleet.read("agents.yaml");
    const std::size_t at = text.find("plugin: backtest, agent: runner");
    ASSERT_NE(at, std::string::npos);
    text.insert(at, "grants: [], ");
    fleet.write("agents.yaml", text);
    fleet.up(3);
    const ProgramResult asked = fleet.drover(request("run", "{}"));
    EXPECT_EQ(asked.exit_code, 1) << asked.text();
    EXPECT_NE(asked.errors.find("grants"), std::string::npos) << asked.text();
}

}  // namespace
}  // namespace drover::scenarios
