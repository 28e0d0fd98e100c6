/// Which script `drover completion` prints, and where it takes the names of agents from.
#include "command/completion_verb.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "command/completion.hpp"
#include "fake_droverd.hpp"

namespace drover::test {

namespace {

/// Its working directory is a folder with an agents.yaml of two agents.
struct CompletionVerb : testing::Test {
    CompletionVerb() : before(std::filesystem::current_path()) {
        std::filesystem::current_path(folder.path());
        std::ofstream("agents.yaml") << "version: 1\nname: desk\nagents:\n"
                                        "  written: {plugin: nowhere}\n"
                                        "  below: {plugin: nowhere}\n";
    }
    ~CompletionVerb() override { std::filesystem::current_path(before); }
    CommandResult names() const {
        return run_drover({"completion", "names", "--state-dir", folder.state()});
    }
    CommandFolder folder;
    std::filesystem::path before;
};

}  // namespace

TEST_F(CompletionVerb, prints_the_script_of_the_shell_that_is_named) {
    VerbEntry tree;
    tree.name = "drover";
    tree.verbs.push_back({"frobnicate", "Do it", "", {}, {}});
    for (const auto& [word, shell] : {std::pair("bash", Shell::bash),
                                      std::pair("zsh", Shell::zsh),
                                      std::pair("fish", Shell::fish)}) {
        testing::internal::CaptureStdout();
        EXPECT_EQ(run_completion({folder.state(), word}, tree), 0);
        EXPECT_EQ(testing::internal::GetCapturedStdout(), completion_script(tree, shell)) << word;
    }
}

TEST_F(CompletionVerb, prints_the_names_of_the_fleet_that_runs_whatever_the_file_says) {
    std::vector<std::string> asked;
    const FakeDroverd droverd(folder.state(), [&](const std::string& method, const Json&) {
        asked.push_back(method);
        return good(status_of({agent("risk", "running", "healthy", "x", 7),
                               agent("broker", "failed", "unknown", "x")}));
    });
    const CommandResult result = names();
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.output, "risk\nbroker\n");
    EXPECT_THAT(asked, testing::ElementsAre("status"));
}

TEST_F(CompletionVerb, prints_the_names_of_the_file_where_no_fleet_runs) {
    EXPECT_EQ(names().output, "written\nbelow\n");
    EXPECT_FALSE(std::filesystem::exists(folder.state())) << "who only types makes nothing";
}

TEST_F(CompletionVerb, prints_the_names_of_the_file_where_droverd_answers_with_an_error) {
    const FakeDroverd droverd(
        folder.state(), [](const std::string&, const Json&) { return bad(-32603, "Not now."); });
    const CommandResult result = names();
    EXPECT_EQ(result.output, "written\nbelow\n");
    EXPECT_EQ(result.errors, "");
}

TEST_F(CompletionVerb, is_silent_where_nothing_can_be_found_out) {
    std::filesystem::remove("agents.yaml");
    const CommandResult result = names();
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.output, "");
    EXPECT_EQ(result.errors, "") << "nobody reads a sentence in the middle of a word";
}

}  // namespace drover::test
