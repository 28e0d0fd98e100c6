// A state directory that is no name, that cannot be found, or that is another user's: each verb
// says so, and none crashes.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/system_user.hpp"
#include "scenarios/fleet_under_test.hpp"
#include "tests/host/process/open_to_others.hpp"

namespace drover::scenarios {
namespace {

constexpr const char* uninvited_user = "nobody";

class StateDirectory : public testing::Test {
protected:
    void SetUp() override { fleet.write_agents("  ticker: {plugin: @behaving@, agent: ticker}\n"); }

    [[nodiscard]] ProgramResult in_shell(const std::string& line) const {
        ProgramStart start = fleet.start_of("drover", {});
        start.program = "/bin/sh";
        start.arguments = {"-c", line};
        start.environment.push_back("PATH=" + program_folder().string() +
                                    ":/usr/sbin:/usr/bin:/bin");
        return run_program(start, patience);
    }
    FleetUnderTest fleet;
};

TEST_F(StateDirectory, without_a_name_is_refused_by_every_verb_that_needs_one) {
    for (const std::string verb : {"status", "down", "up", "doctor", "support-bundle", "graph"}) {
        const ProgramResult result = fleet.drover({verb, "--state-dir", ""});
        EXPECT_EQ(result.exit_code, 2) << verb << ": " << result.text();
        EXPECT_NE(result.errors.find("--state-dir: '' is no folder"), std::string::npos)
            << verb << ": " << result.text();
    }
}

TEST_F(StateDirectory, below_a_working_directory_that_was_removed_ends_a_verb_with_a_sentence) {
    for (const std::string verb : {"status", "down", "support-bundle", "record -O x", "up -d"}) {
        const ProgramResult result = in_shell("mkdir gone && cd gone && rmdir ../gone && drover " +
                                              verb + " --state-dir state");
        EXPECT_EQ(result.exit_code, 1) << verb << ": " << result.text();
        EXPECT_NE(result.errors.find("drover: "), std::string::npos)
            << verb << ": " << result.text();
    }
}

TEST_F(StateDirectory, of_another_users_fleet_is_not_taken_for_one_without_a_fleet) {
    if (::geteuid() != 0 || !find_system_user(uninvited_user)) {
        GTEST_SKIP() << "only root can become another user, and there must be one";
    }
    if (!test::is_open_to_others(program_folder()) ||
        !test::is_open_to_others(fleet.folder().parent_path())) {
        GTEST_SKIP() << "another user cannot reach " << program_folder();
    }
    ::chmod(fleet.folder().c_str(), 0755);
    fleet.up();
    const std::string as_uninvited_user =
        "runuser -u " + std::string(uninvited_user) + " -- drover ";
    const ProgramResult status = in_shell(as_uninvited_user + "status");
    EXPECT_EQ(status.exit_code, 1) << status.text();
    EXPECT_NE(status.errors.find("belongs to another user"), std::string::npos) << status.text();

    const ProgramResult kill_switch = in_shell(as_uninvited_user + "kill-switch status");
    EXPECT_EQ(kill_switch.exit_code, 1) << kill_switch.text();
    EXPECT_EQ(kill_switch.output.find("ENGAGED"), std::string::npos)
        << "it is released, and who cannot read it does not know: " << kill_switch.text();
    EXPECT_NE(kill_switch.errors.find("cannot be read: Permission denied"), std::string::npos)
        << kill_switch.text();
}

}  // namespace
}  // namespace drover::scenarios
