// Output that cannot be written is no success; a reader that has seen enough is no fault.
#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

class OutputEnd : public testing::Test {
protected:
    void SetUp() override { fleet.write_agents("  ticker: {plugin: @behaving@, agent: ticker}\n"); }
    ProgramResult in_shell(const std::string& line) const {
        return run_program({"/bin/sh",
                            {"-c", line},
                            {"PATH=" + program_folder().string() + ":/usr/bin:/bin",
                             "DROVER_STATE_DIR=" + fleet.state_directory().string()},
                            fleet.folder()},
                           patience);
    }
    FleetUnderTest fleet;
};

TEST_F(OutputEnd, that_cannot_be_written_ends_with_1_and_a_sentence) {
    fleet.up();
    for (const char* verb :
         {"validate", "status", "status -o json", "logs", "events", "graph", "--help"}) {
        const ProgramResult result = in_shell("drover " + std::string(verb) + " >/dev/full");
        EXPECT_EQ(result.exit_code, 1) << verb << ": " << result.text();
        EXPECT_EQ(result.errors.find("drover: The output cannot be written: No space left"), 0U)
            << verb << ": " << result.text();
    }
}

TEST_F(OutputEnd, of_a_tap_that_cannot_be_written_ends_the_tap) {
    fleet.up();
    const ProgramResult result = in_shell("drover tap '>' >/dev/full");
    EXPECT_EQ(result.exit_code, 1) << result.text();
    EXPECT_NE(result.errors.find("cannot be written: No space left"), std::string::npos)
        << result.text();
}

TEST_F(OutputEnd, that_is_closed_ends_with_1_and_reaches_nobody_else) {
    fleet.up();
    for (const char* verb : {"status", "tap '>' -n 1", "events", "kill-switch status"}) {
        const ProgramResult result = in_shell("drover " + std::string(verb) + " >&- <&-");
        EXPECT_EQ(result.exit_code, 1) << verb << ": " << result.text();
        EXPECT_NE(result.errors.find("cannot be written: Bad file descriptor"), std::string::npos)
            << verb << ": " << result.text();
    }
}

TEST_F(OutputEnd, of_a_reader_that_has_seen_enough_is_silent) {
    fleet.up();
    for (const char* verb : {"status", "validate", "graph", "status --watch 50ms"}) {
        const ProgramResult result =
            in_shell("{ drover " + std::string(verb) + "; echo code $? >&2; } | head -1");
        EXPECT_EQ(result.output.empty(), false) << verb << ": " << result.text();
        EXPECT_EQ(result.errors.find("drover:"), std::string::npos)
            << verb << ": " << result.text();
    }
}

}  // namespace
}  // namespace drover::scenarios
