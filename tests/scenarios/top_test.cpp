// `drover top` on a real terminal: it draws, listens to keys, and gives the terminal back.
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"
#include "scenarios/program_on_terminal.hpp"

namespace drover::scenarios {
namespace {

using testing::HasSubstr;

/// `drover top` of a fleet.
ProgramOnTerminal top_of(const FleetUnderTest& fleet) {
    return ProgramOnTerminal(
        {program_folder() / "drover",
         {"top", "--interval", "100ms", "--state-dir", fleet.state_directory().string()},
         {"XDG_RUNTIME_DIR=" + (fleet.folder() / "run").string()},
         fleet.folder()});
}

class TopOfAFleet : public testing::Test {
protected:
    void SetUp() override {
        fleet.write_agents(
            "  ticker: {plugin: @behaving@, agent: ticker}\n"
            "  listener: {plugin: @behaving@, agent: listener}\n");
        fleet.up();
    }
    FleetUnderTest fleet;
};

TEST_F(TopOfAFleet, shows_every_agent_and_ends_with_q) {
    ProgramOnTerminal top = top_of(fleet);
    EXPECT_TRUE(top.shows("ticker")) << top.output();
    EXPECT_TRUE(top.shows("q quit")) << top.output();
    top.press("q");
    EXPECT_EQ(top.end(), 0);
    EXPECT_TRUE(top.is_terminal_given_back()) << top.output();
}

TEST_F(TopOfAFleet, sorts_by_the_column_of_a_key) {
    ProgramOnTerminal top = top_of(fleet);
    EXPECT_TRUE(top.shows("CPU*")) << top.output();
    top.press("n");
    EXPECT_TRUE(top.shows("NAME*")) << top.output();
    top.press("\x1b[D");
    EXPECT_TRUE(top.shows("NAME")) << top.output();
    top.press("m");
    EXPECT_TRUE(top.shows("MEMORY*")) << top.output();
    top.press("q");
    EXPECT_EQ(top.end(), 0);
}

TEST_F(TopOfAFleet, draws_anew_in_another_size) {
    ProgramOnTerminal top = top_of(fleet);
    EXPECT_TRUE(top.shows("q quit")) << top.output();
    top.resize(10, 200);
    EXPECT_TRUE(top.shows("REASON")) << top.output();
    top.press("q");
    EXPECT_EQ(top.end(), 0);
}

TEST_F(TopOfAFleet, gives_the_terminal_back_on_signals_and_crashes) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
        ProgramOnTerminal top = top_of(fleet);
        EXPECT_TRUE(top.shows("q quit")) << top.output();
        top.send_signal(signal);
        EXPECT_EQ(top.end(), 0) << signal;
        EXPECT_TRUE(top.is_terminal_given_back()) << signal << ": " << top.output();
    }
    ProgramOnTerminal top = top_of(fleet);
    EXPECT_TRUE(top.shows("q quit")) << top.output();
    top.send_signal(SIGSEGV);
    EXPECT_EQ(top.end(), -SIGSEGV);
    EXPECT_TRUE(top.is_terminal_given_back()) << top.output();
}

TEST_F(TopOfAFleet, goes_on_with_the_next_droverd) {
    ProgramOnTerminal top = top_of(fleet);
    EXPECT_TRUE(top.shows("q quit")) << top.output();
    fleet.down();
    EXPECT_TRUE(top.shows("droverd does not answer")) << top.output();
    fleet.up();
    EXPECT_TRUE(top.shows("running and healthy")) << top.output();
    top.press("q");
    EXPECT_EQ(top.end(), 0);
}

TEST_F(TopOfAFleet, needs_a_terminal) {
    const ProgramResult result = fleet.drover({"top"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, HasSubstr("top needs a terminal"));
}

}  // namespace
}  // namespace drover::scenarios
