// `drover logs` shows what agents wrote, and follows them.
#include <algorithm>
#include <csignal>

#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

constexpr const char* chatty_fleet = R"(  chatty: {plugin: @prints_while_loading@}
  thrower: {plugin: @throws@, agent: at-start, restart: no}
)";

TEST(Logs, hold_what_an_agent_printed) {
    FleetUnderTest fleet;
    fleet.write_agents(chatty_fleet);
    fleet.up(3);
    EXPECT_TRUE(eventually([&fleet] {
        const ProgramResult logs = fleet.drover({"logs", "chatty"});
        return logs.exit_code == 0 && logs.output.find("started") != std::string::npos;
    })) << fleet.drover({"logs", "chatty"}).text();
}

TEST(Logs, of_one_agent_hold_nothing_of_another) {
    FleetUnderTest fleet;
    fleet.write_agents(chatty_fleet);
    fleet.up(3);
    EXPECT_TRUE(eventually([&fleet] {
        const ProgramResult all = fleet.drover({"logs"});
        return all.output.find("started") != std::string::npos &&
               all.output.find("thrower") != std::string::npos;
    })) << fleet.drover({"logs"}).text();
    const ProgramResult one = fleet.drover({"logs", "thrower"});
    EXPECT_EQ(one.exit_code, 0);
    EXPECT_EQ(one.output.find("not an answer"), std::string::npos) << one.text();
}

TEST(Logs, can_be_read_when_the_fleet_is_down) {
    FleetUnderTest fleet;
    fleet.write_agents(chatty_fleet);
    fleet.up(3);
    fleet.down();
    const ProgramResult logs = fleet.drover({"logs", "chatty"});
    EXPECT_EQ(logs.exit_code, 0) << logs.text();
    EXPECT_NE(logs.output.find("started"), std::string::npos) << logs.text();
}

TEST(Logs, follow_an_agent_over_its_restart) {
    FleetUnderTest fleet;
    fleet.write_agents("  chatty: {plugin: @prints_while_loading@}\n");
    fleet.up();
    Program follow = fleet.start_drover({"logs", "-f", "chatty"});
    const auto starts = [&follow] {
        const std::string text = follow.output();
        std::size_t count = 0;
        for (std::size_t at = text.find("started"); at != std::string::npos;
             at = text.find("started", at + 1)) {
            ++count;
        }
        return count;
    };
    ASSERT_TRUE(eventually([&] { return starts() > 0; })) << follow.errors();
    const std::size_t before = starts();
    ASSERT_EQ(fleet.drover({"restart", "chatty"}).exit_code, 0);
    EXPECT_TRUE(eventually([&] { return starts() > before; })) << follow.output();
    follow.send_signal(SIGINT);
    EXPECT_TRUE(follow.wait_for_end(patience));
}

TEST(Logs, miss_no_line_that_was_written_before_a_crash) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker}\n"
        "  speaker:\n    plugin: @crashes@\n    agent: speak-and-crash\n"
        "    config: {lines: 20000, once: @FOLDER@/crashed}\n"
        "    log: {rate: unlimited}\n");
    fleet.up_well_or_not();
    ASSERT_TRUE(fleet.reaches(
        "speaker", [](const AgentStatus& now) { return now.is_well() && now.restarts == 1; }));
    const ProgramResult logs = fleet.drover({"logs", "speaker", "--previous"});
    for (int line = 1; line <= 20000; ++line) {
        ASSERT_NE(logs.output.find("line " + std::to_string(line) + " of 20000\n"),
                  std::string::npos)
            << line;
    }
    EXPECT_NE(logs.output.find("has ended: killed by SIGSEGV"), std::string::npos);
    const ProgramResult now = fleet.drover({"logs", "speaker", "--since", "1h"});
    EXPECT_NE(now.output.find("life 2 begins"), std::string::npos);
    EXPECT_EQ(logs.output.find("life 2 begins"), std::string::npos) << "that is the life after";
}

TEST(Logs, of_an_agent_that_floods_count_what_they_leave_out) {
    FleetUnderTest fleet;
    fleet.write_agents(
        "  ticker: {plugin: @behaving@, agent: ticker}\n"
        "  speaker:\n    plugin: @crashes@\n    agent: speak-and-crash\n"
        "    config: {lines: 20000, once: @FOLDER@/crashed}\n"
        "    log: {rate: 100/s, max_size: 64KiB, max_files: 2}\n");
    fleet.up_well_or_not();
    ASSERT_TRUE(fleet.reaches(
        "speaker", [](const AgentStatus& now) { return now.is_well() && now.restarts == 1; }));
    const ProgramResult logs = fleet.drover({"logs", "speaker", "-n", "100000"});
    EXPECT_NE(logs.output.find("lines suppressed: more than 100 in a second (log.rate)"),
              std::string::npos)
        << logs.output;
    EXPECT_LT(std::ranges::count(logs.output, '\n'), 20000);
}

TEST(Logs, say_that_there_is_no_such_agent) {
    FleetUnderTest fleet;
    fleet.write_agents("  chatty: {plugin: @prints_while_loading@}\n");
    fleet.up();
    const ProgramResult logs = fleet.drover({"logs", "chaty"});
    EXPECT_EQ(logs.exit_code, 2) << logs.text();
    EXPECT_NE(logs.errors.find("chaty"), std::string::npos) << logs.text();
}

}  // namespace
}  // namespace drover::scenarios
