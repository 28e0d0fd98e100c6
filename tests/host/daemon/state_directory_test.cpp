// What a state directory holds, and which one is refused.
#include "daemon/state_directory.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "process/kill_switch_page.hpp"
#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

using test::ScratchFolder;

TEST(StateDirectory, makes_its_folders_and_a_released_kill_switch_at_the_first_start) {
    const ScratchFolder scratch;
    const auto state = StateDirectory::open(scratch.path());
    ASSERT_TRUE(state);
    EXPECT_TRUE(std::filesystem::is_directory(state.value().path() / "agents"));
    EXPECT_TRUE(std::filesystem::is_directory(state.value().path() / "logs"));
    EXPECT_FALSE(KillSwitchPage::read_file(state.value().kill_switch()).engaged);
}

TEST(StateDirectory, does_not_make_a_kill_switch_that_was_removed) {
    const ScratchFolder scratch;
    ASSERT_TRUE(StateDirectory::open(scratch.path()));
    std::filesystem::remove(scratch.path() / "kill_switch");
    const auto state = StateDirectory::open(scratch.path());
    ASSERT_TRUE(state);
    EXPECT_TRUE(KillSwitchPage::read_file(state.value().kill_switch()).engaged);
}

TEST(StateDirectory, refuses_what_a_newer_drover_wrote) {
    const ScratchFolder scratch;
    std::ofstream(scratch.path() / "version") << StateDirectory::version + 1 << "\n";
    const auto state = StateDirectory::open(scratch.path());
    ASSERT_FALSE(state);
    EXPECT_EQ(state.error().kind, ErrorKind::refused);
    EXPECT_NE(state.error().message.find("newer drover"), std::string::npos);
}

TEST(StateDirectory, migrates_what_an_older_drover_wrote_and_closes_its_state_to_others) {
    using std::filesystem::perms;
    const ScratchFolder scratch;
    std::filesystem::create_directory(scratch.path() / "agents");
    std::ofstream(scratch.path() / "agents" / "risk.sqlite") << "state";
    std::filesystem::permissions(scratch.path() / "agents", perms::all);
    std::filesystem::permissions(scratch.path() / "agents" / "risk.sqlite", perms(0644));
    std::ofstream(scratch.path() / "version") << "1\n";
    ASSERT_TRUE(StateDirectory::open(scratch.path()));
    int version = 0;
    std::ifstream(scratch.path() / "version") >> version;
    EXPECT_EQ(version, StateDirectory::version);
    EXPECT_EQ(std::filesystem::status(scratch.path() / "agents").permissions(), perms::owner_all);
    const auto file = scratch.path() / "agents" / "risk" / "state.sqlite";
    EXPECT_EQ(std::filesystem::status(file).permissions(), perms::owner_read | perms::owner_write);
    EXPECT_TRUE(StateDirectory::open(scratch.path()));
}

TEST(StateDirectory, migrates_each_agents_state_into_a_folder_of_its_own) {
    const ScratchFolder scratch;
    std::filesystem::create_directory(scratch.path() / "agents");
    for (const char* name : {"risk.sqlite", "risk.sqlite-wal", "spx.daily.sqlite"}) {
        std::ofstream(scratch.path() / "agents" / name) << name;
    }
    std::ofstream(scratch.path() / "version") << "2\n";
    const auto state = StateDirectory::open(scratch.path());
    ASSERT_TRUE(state);
    std::string text;
    std::getline(std::ifstream(state.value().state_of("risk")), text);
    EXPECT_EQ(text, "risk.sqlite");
    std::getline(std::ifstream(state.value().state_of("risk").string() + "-wal"), text);
    EXPECT_EQ(text, "risk.sqlite-wal");
    std::getline(std::ifstream(state.value().state_of("spx.daily")), text);
    EXPECT_EQ(text, "spx.daily.sqlite");
    EXPECT_FALSE(std::filesystem::exists(scratch.path() / "agents" / "risk.sqlite"));
}

TEST(StateDirectory, is_closed_to_others_from_its_first_start_on) {
    const ScratchFolder scratch;
    ASSERT_TRUE(StateDirectory::open(scratch.path()));
    EXPECT_EQ(std::filesystem::status(scratch.path() / "agents").permissions(),
              std::filesystem::perms::owner_all);
}

TEST(StateDirectory, refuses_a_version_that_is_no_number) {
    const ScratchFolder scratch;
    std::ofstream(scratch.path() / "version") << "garbage\n";
    EXPECT_FALSE(StateDirectory::open(scratch.path()));
}

TEST(StateDirectory, forgets_the_agents_and_nothing_else) {
    const ScratchFolder scratch;
    const auto state = StateDirectory::open(scratch.path());
    ASSERT_TRUE(state.value().make_state_folder("risk"));
    std::ofstream(state.value().state_of("risk")) << "state";
    std::ofstream(state.value().state_of("risk").string() + "-wal") << "more";
    std::ofstream(state.value().log_of("risk")) << "log";
    std::ofstream(state.value().handles()) << "{}";
    ASSERT_TRUE(state.value().forget_agents());
    EXPECT_TRUE(std::filesystem::is_empty(state.value().path() / "agents"));
    EXPECT_TRUE(std::filesystem::exists(state.value().log_of("risk")));
    EXPECT_TRUE(std::filesystem::exists(state.value().handles()));
}

TEST(StateDirectory, does_not_begin_its_numbers_anew_beside_a_log_that_was_written_with_them) {
    const ScratchFolder scratch;
    const auto state = StateDirectory::open(scratch.path());
    ASSERT_TRUE(state);
    EXPECT_TRUE(state.value().check_handles()) << "the first start";
    std::filesystem::create_directories(state.value().durable_log());
    std::ofstream(state.value().durable_log() / "00000000000000000001.segment") << "records";
    const auto checked = state.value().check_handles();
    ASSERT_FALSE(checked);
    EXPECT_NE(checked.error().message.find("handles.json is gone"), std::string::npos);
    ASSERT_TRUE(state.value().forget_agents());
    EXPECT_TRUE(state.value().check_handles()) << "as --fresh does";
}

TEST(StateDirectory, replaces_a_file_as_a_whole) {
    const ScratchFolder scratch;
    const auto file = scratch.path() / "file";
    ASSERT_TRUE(replace_file(file, "a long first text"));
    ASSERT_TRUE(replace_file(file, "short"));
    std::string text;
    std::getline(std::ifstream(file), text);
    EXPECT_EQ(text, "short");
    EXPECT_FALSE(replace_file(scratch.path() / "no" / "file", "text"));
}

}  // namespace
}  // namespace drover
