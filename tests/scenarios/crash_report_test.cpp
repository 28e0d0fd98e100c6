// Whatever ends an agent that was to run is written down: how, in which callback, where, and what
// it said last.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>

#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

constexpr const char* ticker = "  ticker: {plugin: @behaving@, agent: ticker}\n";

bool is_any(const Json& /*report*/) {
    return true;
}

/// The last report of an agent, once there is one that fulfils `condition`.
Json report_of(const FleetUnderTest& fleet,
               const std::string& agent,
               const std::function<bool(const Json&)>& condition = is_any) {
    Json report;
    EXPECT_TRUE(eventually([&] {
        const auto document = parse_json(fleet.drover({"describe", agent, "-o", "json"}).output);
        report = document ? value_or<Json>(document.value(), "last_crash", nullptr) : Json(nullptr);
        return report.is_object() && condition(report);
    })) << report;
    return report;
}

bool names_function(const Json& report, const std::string& part) {
    return std::ranges::any_of(report.at("backtrace"), [&part](const Json& frame) {
        return value_or<std::string>(frame, "function", "").find(part) != std::string::npos;
    });
}

TEST(CrashReport, of_a_fault_names_signal_callback_port_stack_and_last_lines) {
    FleetUnderTest fleet;
    fleet.write_agents(std::string(ticker) +
                       "  speaker:\n    plugin: @crashes@\n    agent: speak-and-crash\n"
                       "    config: {after: 3, lines: 70, once: @FOLDER@/crashed}\n");
    fleet.up_well_or_not();
    const Json report = report_of(fleet, "speaker");
    ASSERT_TRUE(report.is_object());
    EXPECT_EQ(report.at("exit").at("signal"), 11) << report;
    EXPECT_EQ(report.at("callback").at("name"), "on_message");
    EXPECT_EQ(report.at("callback").at("port"), "ticks");
    EXPECT_EQ(report.at("callback").at("was_running"), true);
    EXPECT_GT(report.at("uptime_seconds").get<double>(), 0);
    EXPECT_NE(report.at("reason").get<std::string>().find("killed by SIGSEGV"), std::string::npos);
    EXPECT_TRUE(names_function(report, "SpeaksAndCrashes")) << report.at("backtrace");
    const Json& lines = report.at("last_lines");
    ASSERT_EQ(lines.size(), 50U);
    EXPECT_EQ(lines.back().at("message"), "line 70 of 70");
    EXPECT_TRUE(fleet.reaches("speaker", [](const AgentStatus& now) { return now.is_well(); }));
    const ProgramResult text = fleet.drover({"describe", "speaker"});
    EXPECT_EQ(text.exit_code, 0);
    EXPECT_NE(text.output.find("SpeaksAndCrashes"), std::string::npos) << text.text();
    EXPECT_NE(text.output.find("line 70 of 70"), std::string::npos) << text.text();
}

TEST(CrashReport, of_a_hang_shows_where_it_hung) {
    FleetUnderTest fleet;
    fleet.write_agents(std::string(ticker) +
                       "  hanger:\n    plugin: @hangs@\n    agent: on-message\n"
                       "    config: {after: 3}\n"
                       "    heartbeat: {timeout: 300ms}\n");
    fleet.up_well_or_not();
    // It has half a second to show its stack. Where others keep it from that it is killed, and
    // hangs again in its next life.
    const Json report = report_of(
        fleet, "hanger", [](const Json& seen) { return seen.at("exit").at("signal") == SIGABRT; });
    ASSERT_TRUE(report.is_object());
    EXPECT_NE(report.at("reason").get<std::string>().find("hung"), std::string::npos) << report;
    EXPECT_EQ(report.at("callback").at("name"), "on_message");
    EXPECT_TRUE(names_function(report, "HangsOnMessage")) << report.at("backtrace");
    EXPECT_TRUE(report.at("fault_address").is_null()) << "droverd sent the signal: " << report;
}

TEST(CrashReport, of_an_exit_has_the_code_and_no_stack) {
    FleetUnderTest fleet;
    fleet.write_agents(std::string(ticker) +
                       "  leaver:\n    plugin: @crashes@\n    agent: exit-on-message\n"
                       "    config: {once: @FOLDER@/left}\n");
    fleet.up_well_or_not();
    const Json report = report_of(fleet, "leaver");
    ASSERT_TRUE(report.is_object());
    EXPECT_EQ(report.at("exit").at("code"), 3) << report;
    EXPECT_TRUE(report.at("backtrace").empty());
}

TEST(CrashReport, is_not_made_of_an_agent_that_was_to_stop) {
    FleetUnderTest fleet;
    fleet.write_agents(std::string(ticker) + "  forker: {plugin: @children@}\n");
    fleet.up();
    ASSERT_EQ(fleet.drover({"stop", "ticker", "forker"}).exit_code, 0);
    const auto document = parse_json(fleet.drover({"describe", "ticker", "-o", "json"}).output);
    ASSERT_TRUE(document);
    EXPECT_TRUE(document.value().at("last_crash").is_null()) << document.value();
}

TEST(CrashReport, of_each_agent_are_ten_at_most_and_can_be_read_when_the_fleet_is_down) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  crasher:\n    plugin: @crashes@\n    agent: at-start\n"
        "    backoff: {initial: 1ms, max: 1ms}\n"
        "    restart_limit: {max_restarts: 12, window: 60s, then: fail}\n");
    fleet.up_well_or_not();
    ASSERT_TRUE(
        fleet.reaches("crasher", [](const AgentStatus& now) { return now.state == "failed"; }));
    const auto reports = [&fleet] {
        const auto folder = fleet.state_directory() / "crashes" / "crasher";
        return std::distance(std::filesystem::directory_iterator(folder), {});
    };
    (void)report_of(fleet, "crasher", [](const Json& seen) { return seen.at("life") == 13; });
    EXPECT_TRUE(eventually([&] { return reports() == 10; })) << reports();
    fleet.down();
    const ProgramResult told = fleet.drover({"describe", "crasher", "-o", "json"});
    EXPECT_EQ(told.exit_code, 0) << told.text();
    const auto document = parse_json(told.output);
    ASSERT_TRUE(document) << told.text();
    EXPECT_EQ(document.value().at("last_crash").at("callback").at("name"), "start");
    EXPECT_EQ(document.value().at("last_crash").at("life"), 13);
}

}  // namespace
}  // namespace drover::scenarios
