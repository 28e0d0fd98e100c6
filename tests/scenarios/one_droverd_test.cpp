// One droverd a state directory, and a background start that keeps nobody waiting.
#include <csignal>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

constexpr const char* one_agent = "  ticker: {plugin: @behaving@, agent: ticker}\n";

TEST(OneDroverd, is_allowed_for_a_state_directory) {
    FleetUnderTest fleet;
    fleet.write_agents(one_agent);
    fleet.up();
    const auto before = fleet.status();
    const ProgramResult second = fleet.drover({"up", "-d"});
    EXPECT_EQ(second.exit_code, 1) << second.text();
    EXPECT_NE(second.errors.find("running"), std::string::npos) << second.text();
    const auto after = fleet.status();
    ASSERT_TRUE(before && after);
    EXPECT_EQ(before->supervisor, after->supervisor);
    EXPECT_TRUE(fleet.gets_well());
}

TEST(OneDroverd, is_not_hindered_by_one_of_another_state_directory) {
    FleetUnderTest first;
    FleetUnderTest second;
    first.write_agents(one_agent);
    second.write_agents(one_agent);
    first.up();
    second.up();
    const auto one = first.status();
    const auto other = second.status();
    ASSERT_TRUE(one && other);
    EXPECT_NE(one->supervisor, other->supervisor);
    second.down();
    EXPECT_TRUE(first.gets_well());
}

TEST(OneDroverd, starts_again_where_another_was_killed) {
    FleetUnderTest fleet;
    fleet.write_agents(one_agent);
    fleet.up();
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    ASSERT_TRUE(gets_signal(status->guard, SIGKILL));
    (void)gets_signal(status->supervisor, SIGKILL);  // It may have ended with the guard already.
    ASSERT_TRUE(fleet.is_gone_within(patience));
    fleet.up();
    EXPECT_TRUE(fleet.gets_well());
}

TEST(OneDroverd, takes_the_state_directory_from_an_option_too) {
    FleetUnderTest fleet;
    fleet.write_agents(one_agent);
    const std::string elsewhere = fleet.folder() / "elsewhere";
    const ProgramResult started = fleet.drover({"up", "-d", "--state-dir", elsewhere});
    ASSERT_EQ(started.exit_code, 0) << started.text();
    EXPECT_TRUE(std::filesystem::is_directory(elsewhere));
    EXPECT_EQ(fleet.drover({"status"}).exit_code, 4);
    EXPECT_EQ(fleet.drover({"status", "--state-dir", elsewhere}).exit_code, 0);
    EXPECT_EQ(fleet.drover({"down", "--state-dir", elsewhere}).exit_code, 0);
}

TEST(OneDroverd, keeps_its_sockets_from_other_users) {
    FleetUnderTest fleet;
    fleet.write_agents(one_agent);
    fleet.up();
    std::size_t sockets = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(fleet.folder() / "run")) {
        struct stat about {};
        ASSERT_EQ(::stat(entry.path().c_str(), &about), 0);
        sockets += entry.is_socket() ? 1U : 0U;
        if (entry.is_directory()) {
            EXPECT_EQ(about.st_mode & 077U, 0U) << entry.path();
        }
    }
    EXPECT_GE(sockets, 2U) << "the control socket and the links";
}

TEST(OneDroverd, in_the_background_does_not_hold_the_output_of_who_started_it) {
    FleetUnderTest fleet;
    fleet.write_agents(one_agent);
    // A shell's $(…) waits until the last writer of the pipe is gone.
    const ProgramResult shell = run_program(
        {"/bin/sh",
         {"-c", "text=$(\"$0\" up -d 2>&1); echo \"ended $?\"", program_folder() / "drover"},
         {std::string(mark_variable) + "=shell-" + fleet.folder().filename().string(),
          "DROVER_STATE_DIR=" + fleet.state_directory().string(),
          "XDG_RUNTIME_DIR=" + (fleet.folder() / "run").string()},
         fleet.folder()},
        patience);
    EXPECT_FALSE(shell.timed_out);
    EXPECT_EQ(shell.output, "ended 0\n") << shell.text();
    fleet.down();
    kill_marked("shell-" + fleet.folder().filename().string());
}

}  // namespace
}  // namespace drover::scenarios
