// `drover logs` shows what agents wrote, and follows them.
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
