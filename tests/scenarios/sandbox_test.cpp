// What a stranger's plugin can reach, in a sandbox and without one.
#include "process/sandbox.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

using testing::HasSubstr;

/// With "@SANDBOX@" in its place; the control socket lies behind STATE/run.
std::string stranger(const std::string& sandbox) {
    return "  stranger:\n"
           "    plugin: @reaches_out@\n" +
           sandbox +
           "    config: {read: @FOLDER@/private/key, write: @FOLDER@/private/new,"
           " control: @FOLDER@/state/run/control}\n";
}

class Sandboxes : public testing::Test {
protected:
    Sandboxes() {
        std::filesystem::create_directory(fleet.folder() / "private");
        fleet.write("private/key", "a key");
    }
    testing::AssertionResult could(const std::string& words) {
        return fleet.reaches("stranger", [&](const AgentStatus& agent) {
            return agent.reason.find("it could: " + words) != std::string::npos;
        });
    }
    static bool kernel_can() { return SandboxAbilities::look().missing().empty(); }

    FleetUnderTest fleet;
};

TEST_F(Sandboxes, are_what_keeps_an_agent_from_files_the_network_and_the_supervisor) {
    if (!kernel_can()) {
        GTEST_SKIP() << "this kernel cannot do all of it";
    }
    fleet.write_agents(stranger("    sandbox: strict\n"));
    fleet.up();
    EXPECT_TRUE(
        could("read no, write no, network no, control no, signal no, namespace no, program no"));
    EXPECT_FALSE(std::filesystem::exists(fleet.folder() / "private" / "new"));
    EXPECT_THAT(fleet.drover({"describe", "stranger", "-o", "json"}).output,
                HasSubstr("\"isolation\":{\"sandbox\":\"strict\"}"));
}

TEST_F(Sandboxes, let_through_what_is_granted_and_nothing_else) {
    if (!kernel_can()) {
        GTEST_SKIP() << "this kernel cannot do all of it";
    }
    fleet.write_agents(stranger("    sandbox: {network: yes, read: [private/key]}\n"));
    fleet.up();
    EXPECT_TRUE(could("read yes, write no, network yes, control no"));
    fleet.write_agents(stranger("    sandbox: {write: [private]}\n"));
    EXPECT_EQ(fleet.drover({"apply"}).exit_code, 0);
    EXPECT_TRUE(could("read yes, write yes, network no"));
}

TEST_F(Sandboxes, are_not_there_unless_they_are_asked_for) {
    fleet.write_agents(stranger(""));
    fleet.up();
    EXPECT_TRUE(could("read yes, write yes, network yes, control yes, signal yes"));
}

TEST_F(Sandboxes, let_the_agents_of_a_fleet_do_their_work) {
    fleet.write_agents(R"(  ticker: {plugin: @behaving@, agent: ticker, sandbox: strict}
  listener: {plugin: @behaving@, agent: listener, sandbox: strict}
)");
    fleet.up();
    EXPECT_TRUE(fleet.hears_more("listener"));
    EXPECT_EQ(fleet.drover({"restart", "ticker", "--wait"}).exit_code, 0);
    EXPECT_TRUE(fleet.hears_more("listener"));
}

TEST_F(Sandboxes, warn_of_what_cannot_be_granted) {
    fleet.write_agents(stranger("    sandbox: {read: [not/there]}\n"));
    const ProgramResult checked = fleet.drover({"validate"});
    EXPECT_EQ(checked.exit_code, 1);
    EXPECT_THAT(checked.text(), HasSubstr("not/there does not exist"));
}

}  // namespace
}  // namespace drover::scenarios
