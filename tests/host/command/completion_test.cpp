/// What shells are told of the verbs and options.
#include "command/completion.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "fake_droverd.hpp"
#include "shell_output.hpp"

namespace drover::test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

bool has_program(const std::string& name) {
    return !shell_output("command -v " + name).empty();
}

/// A folder with the scripts and a `drover` that knows two agents.
struct Completion : testing::Test {
    Completion() {
        for (const char* shell : {"bash", "zsh", "fish"}) {
            std::ofstream(folder.path() / shell) << run_drover({"completion", shell}).output;
        }
        std::ofstream(folder.path() / "drover") << "#!/bin/sh\necho risk\necho broker\n";
        std::filesystem::permissions(folder.path() / "drover", std::filesystem::perms::owner_all);
    }
    /// What bash offers after these words; the last one is being typed.
    std::string bash(const std::vector<std::string>& words) const {
        std::string script = "PATH='" + folder.path().string() + "':$PATH; . '" +
                             (folder.path() / "bash").string() + "'; COMP_WORDS=(";
        for (const std::string& word : words) {
            script += " '" + word + "'";
        }
        script += "); COMP_CWORD=" + std::to_string(words.size() - 1) +
                  "; _drover; echo \"${COMPREPLY[*]}\"";
        std::ofstream(folder.path() / "ask") << script;
        return shell_output("bash '" + (folder.path() / "ask").string() + "' 2>&1");
    }
    CommandFolder folder;
};

}  // namespace

TEST_F(Completion, of_bash_offers_verbs_options_values_and_agents) {
    EXPECT_THAT(bash({"drover", "sta"}), "status start\n");
    EXPECT_THAT(bash({"drover", "kill-switch", "e"}), "engage\n");
    EXPECT_THAT(bash({"drover", "status", "-o", ""}), "table json\n");
    EXPECT_THAT(bash({"drover", "status", "--wat"}), "--watch\n");
    EXPECT_THAT(bash({"drover", "restart", "--all", "--rol"}), "--rolling\n");
    EXPECT_THAT(bash({"drover", "events", "--kind", "los"}), "loss\n");
    EXPECT_THAT(bash({"drover", "stop", "ri"}), "risk\n");
    EXPECT_THAT(bash({"drover", "--state-dir", "x", "stop", ""}), "risk broker\n");
    EXPECT_THAT(bash({"drover", "completion", "z"}), "zsh\n");
}

TEST_F(Completion, of_every_shell_names_every_verb) {
    for (const char* shell : {"bash", "zsh", "fish"}) {
        const std::string script = run_drover({"completion", shell}).output;
        for (const VerbEntry& verb : command_verbs().verbs) {
            EXPECT_THAT(script, HasSubstr("drover " + verb.name)) << shell;
        }
    }
}

TEST_F(Completion, is_good_syntax_for_the_shells_that_are_there) {
    for (const char* shell : {"bash", "zsh", "fish"}) {
        if (has_program(shell)) {
            EXPECT_THAT(shell_output(std::string(shell) + " -n '" +
                                     (folder.path() / shell).string() + "' 2>&1"),
                        IsEmpty())
                << shell;
        }
    }
}

TEST_F(Completion, knows_the_agents_of_the_running_fleet) {
    const FakeDroverd droverd(folder.state(), [](const std::string&, const Json&) {
        return good(status_of({agent("risk", "running", "healthy", "x", 1),
                               agent("broker", "failed", "unknown", "x")}));
    });
    EXPECT_EQ(run_drover({"completion", "names", "--state-dir", folder.state().string()}).output,
              "risk\nbroker\n");
}

TEST_F(Completion, is_silent_where_no_fleet_is_known) {
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(folder.path());
    const CommandResult result =
        run_drover({"completion", "names", "--state-dir", folder.state().string()});
    std::ofstream("agents.yaml") << "agents: {one: {plugin: nowhere}, two: {plugin: nowhere}}";
    const CommandResult from_file =
        run_drover({"completion", "names", "--state-dir", folder.state().string()});
    std::filesystem::current_path(before);
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.output + result.errors, "");
    EXPECT_EQ(from_file.output, "one\ntwo\n");
}

TEST(VerbTree, holds_what_the_command_line_was_told) {
    const VerbEntry tree = command_verbs();
    const auto up = std::ranges::find(tree.verbs, "up", &VerbEntry::name);
    ASSERT_NE(up, tree.verbs.end());
    EXPECT_EQ(up->purpose, "Start the fleet");
    const auto file = std::ranges::find_if(
        up->options, [](const OptionEntry& option) { return option.names.front() == "-f"; });
    ASSERT_NE(file, up->options.end());
    EXPECT_THAT(file->names, ElementsAre("-f", "--file"));
    EXPECT_EQ(file->value, "FILE");
    const auto detach = std::ranges::find_if(
        up->options, [](const OptionEntry& option) { return option.names.front() == "-d"; });
    ASSERT_NE(detach, up->options.end());
    EXPECT_EQ(detach->value, "");
}

}  // namespace drover::test
