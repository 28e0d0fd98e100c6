// `drover status --watch` follows a fleet, and `drover graph` shows how it hangs together.
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

using testing::HasSubstr;

constexpr const char* two_agents =
    "  ticker: {plugin: @behaving@, agent: ticker}\n"
    "  listener: {plugin: @behaving@, agent: listener, depends_on: [ticker]}\n";

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

TEST(StatusWatch, prints_table_after_table_until_it_is_interrupted) {
    FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    fleet.up();
    Program watch = fleet.start_drover({"status", "--watch", "50ms", "ticker"});
    EXPECT_TRUE(eventually([&] { return count_of(watch.output(), "NAME") > 3; }));
    watch.send_signal(SIGINT);
    ASSERT_TRUE(watch.wait_for_end(patience));
    EXPECT_EQ(watch.exit_code(), 0) << watch.errors();
    EXPECT_EQ(watch.output().find('\x1b'), std::string::npos) << "no terminal, no drawing";
    EXPECT_EQ(watch.output().find("listener"), std::string::npos) << "it was not asked for";
}

TEST(StatusWatch, says_that_droverd_is_away_and_goes_on_with_the_next_one) {
    FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    fleet.up();
    Program watch = fleet.start_drover({"status", "--watch", "50ms"});
    EXPECT_TRUE(eventually([&] { return count_of(watch.output(), "NAME") > 1; }));
    fleet.down();
    EXPECT_TRUE(eventually(
        [&] { return watch.output().find("droverd does not answer") != std::string::npos; }));
    fleet.up();
    const std::string pid = std::to_string(fleet.status()->supervisor);
    EXPECT_TRUE(eventually([&] { return watch.output().find("pid " + pid) != std::string::npos; }));
    fleet.down();
    const std::size_t away = count_of(watch.output(), "droverd does not answer");
    EXPECT_TRUE(
        eventually([&] { return count_of(watch.output(), "droverd does not answer") > away + 1; }));
    watch.send_signal(SIGINT);
    ASSERT_TRUE(watch.wait_for_end(patience));
    EXPECT_EQ(watch.exit_code(), 4) << "as status without droverd";
}

TEST(StatusWatch, ends_with_3_while_an_agent_that_was_named_is_in_trouble) {
    FleetUnderTest fleet;
    fleet.write_agents("  bad: {plugin: @throws@, agent: at-start, restart: no}\n");
    fleet.up(3);
    Program watch = fleet.start_drover({"status", "--watch", "bad"});
    EXPECT_TRUE(eventually([&] { return watch.output().find("failed") != std::string::npos; }));
    watch.send_signal(SIGTERM);
    ASSERT_TRUE(watch.wait_for_end(patience));
    EXPECT_EQ(watch.exit_code(), 3) << watch.errors();
}

TEST(StatusWatch, needs_a_droverd_to_begin_with) {
    const FleetUnderTest fleet;
    EXPECT_EQ(fleet.drover({"status", "--watch"}).exit_code, 4);
}

TEST(Graph, is_the_same_of_a_file_and_of_the_fleet_that_runs_from_it) {
    FleetUnderTest fleet;
    fleet.write_agents(two_agents);
    const ProgramResult none = fleet.drover({"graph"});
    EXPECT_EQ(none.exit_code, 4);
    EXPECT_THAT(none.errors, HasSubstr("drover graph -f"));
    const ProgramResult of_file = fleet.drover({"graph", "-f", "agents.yaml"});
    ASSERT_EQ(of_file.exit_code, 0) << of_file.text();
    EXPECT_THAT(of_file.output, HasSubstr("listener  (" + misbehaving_plugin("behaving")));
    EXPECT_THAT(of_file.output, HasSubstr("after ticker is healthy"));
    EXPECT_THAT(of_file.output, HasSubstr("test.>          -> listener\n"));
    fleet.up();
    for (const char* form : {"text", "dot", "mermaid", "json"}) {
        const ProgramResult one = fleet.drover({"graph", "-f", "agents.yaml", "-o", form});
        const ProgramResult other = fleet.drover({"graph", "-o", form});
        EXPECT_EQ(one.exit_code, 0) << one.text();
        EXPECT_EQ(one.output, other.output) << form;
    }
}

}  // namespace
}  // namespace drover::scenarios
