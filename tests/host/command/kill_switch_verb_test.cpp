/// The kill switch by hand, without a droverd.
#include "command/kill_switch_verb.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "fake_droverd.hpp"
#include "process/kill_switch_page.hpp"

namespace drover::test {

using testing::HasSubstr;
using testing::StartsWith;

namespace {

struct KillSwitchVerb : testing::Test {
    CommandResult drover(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"--state-dir", folder.state().string()});
        return run_drover(std::move(arguments));
    }
    [[nodiscard]] std::filesystem::path file() const { return folder.state() / "kill_switch"; }
    CommandFolder folder;
};

}  // namespace

TEST_F(KillSwitchVerb, needs_no_droverd) {
    EXPECT_EQ(drover({"kill-switch", "status"}).exit_code, 1);
    const CommandResult first = drover({"kill-switch", "engage", "--reason", "looks wrong"});
    EXPECT_EQ(first.exit_code, 0);
    EXPECT_THAT(first.errors, HasSubstr("warning: there was no kill switch in"))
        << "who mistypes the folder must not believe that a fleet was stopped";
    EXPECT_EQ(drover({"kill-switch", "engage", "--reason", "looks wrong"}).errors, "");
    const CommandResult engaged = drover({"kill-switch", "status"});
    EXPECT_EQ(engaged.exit_code, 0);
    EXPECT_THAT(engaged.output, HasSubstr("ENGAGED since "));
    EXPECT_THAT(engaged.output, HasSubstr(": looks wrong"));
    EXPECT_EQ(drover({"kill-switch", "release"}).exit_code, 0);
    const auto released = parse_json(drover({"kill-switch", "status", "-o", "json"}).output);
    ASSERT_TRUE(released.has_value());
    EXPECT_EQ(released.value().at("engaged"), false);
    EXPECT_FALSE(released.value().at("who").get<std::string>().empty());
}

TEST_F(KillSwitchVerb, shows_a_reason_without_its_control_characters) {
    const std::string reason = "one\ntwo \x1b[31mred";
    EXPECT_THAT(drover({"kill-switch", "engage", "--reason", reason}).output,
                HasSubstr(": one\\ntwo \\x1b[31mred\n"));
    EXPECT_THAT(drover({"kill-switch", "status"}).output, HasSubstr(": one\\ntwo \\x1b[31mred\n"));
}

TEST_F(KillSwitchVerb, says_who_moved_it_when_and_why) {
    ASSERT_EQ(drover({"kill-switch", "engage", "--reason", "looks wrong"}).exit_code, 0);
    const KillSwitchState state = KillSwitchPage::read_file(file());
    EXPECT_TRUE(state.engaged);
    EXPECT_EQ(state.reason, "looks wrong");
    const auto shown = parse_json(drover({"kill-switch", "status", "-o", "json"}).output);
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown.value().at("engaged"), true);
    EXPECT_EQ(shown.value().at("revision"), state.revision);
    EXPECT_EQ(shown.value().at("who"), state.who);
    EXPECT_EQ(shown.value().at("reason"), "looks wrong");
    EXPECT_TRUE(shown.value().at("since").is_string());
    EXPECT_THAT(drover({"kill-switch", "status"}).output,
                HasSubstr(" by " + state.who +
                          ": looks wrong\n"
                          "Gated topics (new orders) do not pass."));
}

TEST_F(KillSwitchVerb, shows_a_switch_that_nobody_has_moved_without_a_time) {
    std::filesystem::create_directories(folder.state());
    ASSERT_TRUE(KillSwitchPage::open(file(), true));
    EXPECT_EQ(drover({"kill-switch", "status"}).output, "The kill switch is released\n");
    const auto shown = parse_json(drover({"kill-switch", "status", "-o", "json"}).output);
    ASSERT_TRUE(shown);
    for (const char* key : {"since", "who", "reason"}) {
        EXPECT_TRUE(shown.value().at(key).is_null()) << key;
    }
}

TEST_F(KillSwitchVerb, is_not_made_by_who_only_asks) {
    const CommandResult result = drover({"kill-switch", "status"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.errors,
              "drover: There is no kill switch in '" + folder.state().string() +
                  "': no fleet was started there yet.\n");
    EXPECT_FALSE(std::filesystem::exists(folder.state()));
}

TEST_F(KillSwitchVerb, that_is_gone_counts_as_engaged_where_a_fleet_was) {
    std::filesystem::create_directories(folder.state());
    std::ofstream(folder.state() / "version") << "3";
    const CommandResult result = drover({"kill-switch", "status"});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_THAT(result.output, StartsWith("The kill switch is ENGAGED"));
    EXPECT_THAT(result.output, HasSubstr("No such file or directory"));
}

TEST_F(KillSwitchVerb, is_repaired_by_a_release_where_its_file_holds_something_else) {
    std::filesystem::create_directories(folder.state());
    std::ofstream(file()) << std::string(4096, 'x');
    EXPECT_THAT(drover({"kill-switch", "status"}).output,
                HasSubstr("ENGAGED: its file holds something else"));
    EXPECT_EQ(drover({"kill-switch", "release"}).exit_code, 0);
    EXPECT_FALSE(KillSwitchPage::read_file(file()).engaged);
}

TEST_F(KillSwitchVerb, is_made_whole_where_its_file_is_too_short) {
    std::filesystem::create_directories(folder.state());
    std::ofstream(file()) << "short";
    EXPECT_THAT(drover({"kill-switch", "status"}).output,
                HasSubstr("has 5 bytes instead of 4096 and counts as engaged; 'drover kill-switch "
                          "release' makes it a switch again."));
    EXPECT_EQ(drover({"kill-switch", "release"}).exit_code, 0);
    EXPECT_FALSE(KillSwitchPage::read_file(file()).engaged);
    std::filesystem::resize_file(file(), 17);
    EXPECT_EQ(drover({"kill-switch", "engage"}).exit_code, 0);
    EXPECT_TRUE(KillSwitchPage::read_file(file()).engaged);
}

TEST_F(KillSwitchVerb, fails_where_its_folder_cannot_be_made) {
    std::ofstream(folder.state()) << "a file";
    const CommandResult result = drover({"kill-switch", "engage"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.output, "");
    EXPECT_THAT(result.errors, HasSubstr(file().string()));
}

}  // namespace drover::test
