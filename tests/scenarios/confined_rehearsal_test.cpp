// The rehearsal of an agent that is confined: it runs as the agent's user, in its sandbox and
// within its memory, and its copy of the state is its own there.
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/system_user.hpp"
#include "process/sandbox.hpp"
#include "scenarios/rehearsed_upgrades.hpp"
#include "tests/host/process/open_to_others.hpp"

namespace drover::scenarios {
namespace {

using ::testing::HasSubstr;

constexpr const char* other_user = "nobody";

/// The real, effective, saved and file-system user of a process; "" when it is gone.
std::string users_of(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/status");
    const std::string key = "Uid:\t";
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(key)) {
            return line.substr(key.size());
        }
    }
    return "";
}

class RehearsalAsAnotherUser : public RehearsedUpgrades {
protected:
    void SetUp() override {
        if (::geteuid() != 0 || !find_system_user(other_user)) {
            GTEST_SKIP() << "only root may start agents as another user, and there must be one";
        }
        if (!test::is_open_to_others(program_folder()) ||
            !test::is_open_to_others(
                std::filesystem::path(misbehaving_plugin("upgrade_first")).parent_path()) ||
            !test::is_open_to_others(fleet_.folder().parent_path())) {
            GTEST_SKIP() << "another user cannot reach " << program_folder();
        }
        // The folder of a test is closed to others; that of a service is not.
        ::chmod(fleet_.folder().c_str(), 0755);
        ::chmod((fleet_.folder() / "run").c_str(), 0711);
        ::chmod(fleet_.write("journal", "").c_str(), 0666);
    }
    static std::string user_number() {
        return std::to_string(find_system_user(other_user).value().user);
    }
    [[nodiscard]] static std::string owner_of(const std::filesystem::path& path) {
        struct stat about {};
        EXPECT_EQ(::stat(path.c_str(), &about), 0) << path;
        return std::to_string(about.st_uid);
    }
};

TEST_F(RehearsalAsAnotherUser, never_has_more_rights_than_the_agent) {
    begin(std::string(", user: ") + other_user + ", heartbeat: {grace: 10m}");
    Program waiting = begin_upgrade("upgrade_hangs_when_created");
    ASSERT_TRUE(comes_to_rehearse(fleet_, 2)) << "itself and what it has started";
    const std::string number = user_number();
    for (const MarkedProcess& process : rehearsing(fleet_)) {
        EXPECT_EQ(users_of(process.pid), number + "\t" + number + "\t" + number + "\t" + number)
            << process.command;
    }
    EXPECT_EQ(owner_of(copies()), number);
    EXPECT_EQ(owner_of(copies() / "state.sqlite"), number);
    expect_nothing_left_after_down(waiting);
}

TEST_F(RehearsalAsAnotherUser, has_the_state_that_was_committed_last_and_leaves_it_usable) {
    begin(std::string(", user: ") + other_user);
    const ProgramResult upgraded = upgrade("upgrade_second");
    EXPECT_EQ(upgraded.exit_code, 0) << upgraded.text();
    const auto lines = starts();
    ASSERT_EQ(lines.size(), 3U) << fleet_.read("journal");
    EXPECT_THAT(lines[1], HasSubstr("2.0.0 one:")) << "the rehearsal";
    EXPECT_THAT(lines[2], HasSubstr("2.0.0 one:")) << "the switch";
    EXPECT_EQ(owner_of(copies().parent_path() / "state.sqlite"), user_number());
    EXPECT_TRUE(fleet_.hears_more("listener"));
    expect_no_trace();
}

TEST_F(RehearsalAsAnotherUser, copies_the_state_of_an_agent_that_does_not_run) {
    expect_state_of_one_that_does_not_run(std::string(", user: ") + other_user);
}

/// The build reads_a_key starts only where it can read a file beside the journal.
class RehearsalInASandbox : public RehearsedUpgrades {
protected:
    void SetUp() override {
        if (!SandboxAbilities::look().missing().empty()) {
            GTEST_SKIP() << "this kernel cannot do all of it";
        }
        fleet_.write("journal", "");
        fleet_.write("journal.key", "a key");
    }
};

TEST_F(RehearsalInASandbox, reaches_no_more_than_the_agent_may) {
    begin(", sandbox: {write: [journal]}");
    expect_refusal("upgrade_reads_a_key", "The key cannot be read: Permission denied");
    EXPECT_EQ(starts().size(), 1U) << fleet_.read("journal");
}

TEST_F(RehearsalInASandbox, reaches_what_the_agent_is_granted_its_copy_of_the_state_included) {
    begin(", sandbox: {write: [journal], read: [journal.key]}");
    const ProgramResult upgraded = upgrade("upgrade_reads_a_key");
    EXPECT_EQ(upgraded.exit_code, 0) << upgraded.text();
    const auto lines = starts();
    ASSERT_EQ(lines.size(), 3U) << fleet_.read("journal");
    EXPECT_THAT(lines[1], HasSubstr("2.0.0 one:")) << "the rehearsal had the state";
    expect_no_trace();
}

TEST_F(RehearsedUpgrades, that_need_more_memory_than_the_agent_has_are_refused) {
    begin(", limits: {memory: 64MiB}, heartbeat: {grace: 10m}");
    expect_refusal("upgrade_eats_memory", "limits.memory");
}

TEST_F(RehearsedUpgrades, that_need_no_more_memory_take_over) {
    begin(", limits: {memory: 64MiB}");
    const ProgramResult upgraded = upgrade("upgrade_second");
    EXPECT_EQ(upgraded.exit_code, 0) << upgraded.text();
    EXPECT_TRUE(fleet_.hears_more("listener"));
}

}  // namespace
}  // namespace drover::scenarios
