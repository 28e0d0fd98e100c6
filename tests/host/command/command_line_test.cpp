/// What is typed wrongly, and help.
#include <algorithm>
#include <set>

#include <gmock/gmock.h>

#include "fake_droverd.hpp"

namespace drover::test {

using testing::HasSubstr;

namespace {

class UsageError : public testing::TestWithParam<std::vector<std::string>> {};

class VerbHelp : public testing::TestWithParam<std::vector<std::string>> {};

}  // namespace

TEST_P(UsageError, ends_with_2_and_one_sentence_that_leads_to_help) {
    const CommandResult result = run_drover(GetParam());
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.output, "");
    EXPECT_THAT(result.errors, testing::StartsWith("drover: "));
    EXPECT_THAT(result.errors, HasSubstr("--help"));
    EXPECT_EQ(std::ranges::count(result.errors, '\n'), 1);
}

struct Typed {
    std::vector<std::string> arguments;
    const char* told;
};

TEST(Usage, is_told_in_words_for_people) {
    const std::vector<Typed> cases{
        {{"up", "-f", "a", "-f", "b"}, "--file was given 2 times, and takes one value."},
        {{"up", "-f"}, "--file needs a value behind it (FILE)."},
        {{"status", "-o", "xml"}, "--output: 'xml' is none of table, json."},
        {{"validate", "one", "two"}, "'one', 'two' are too many arguments."},
        {{"up", "extra"}, "'extra' is an argument too many."},
        {{"stop", "--al"}, "There is no option '--al' here. Did you mean '--all'?"},
        {{"--versio"}, "There is no option '--versio' here. Did you mean '--version'?"},
        {{"scale", "worker", "0"}, "COUNT: '0' does not lie in the range 1 to 64."},
        {{"apply", "--rollback", "0"},
         "drover: --rollback: takes how many files to go back, 1 to 9"},
        {{"kill-switch", "explode"}, "'kill-switch' has no verb 'explode': it has "},
        {{"kill-switch"}, "A verb is missing: "},
        {{}, "A verb is missing: what is to be done?"},
        {{"log", "skip", "risk", "--position", "0"}, "--position: '0' is no position: write"},
        {{"log", "skip"}, "Run 'drover log skip --help' for help."}};
    for (const Typed& typed : cases) {
        const CommandResult result = run_drover(typed.arguments);
        EXPECT_EQ(result.exit_code, 2) << typed.told;
        EXPECT_THAT(result.errors, HasSubstr(typed.told));
    }
}

INSTANTIATE_TEST_SUITE_P(
    Commands,
    UsageError,
    testing::Values(std::vector<std::string>{},
                    std::vector<std::string>{"frobnicate"},
                    std::vector<std::string>{"status", "-o", "xml"},
                    std::vector<std::string>{"start"},
                    std::vector<std::string>{"stop"},
                    std::vector<std::string>{"stop", "risk", "--all"},
                    std::vector<std::string>{"restart", "--al"},
                    std::vector<std::string>{"tap"},
                    std::vector<std::string>{"tap", "--socket", "market.>"},
                    std::vector<std::string>{"tap", "--socket", "tcp://127.0.0.1:99999"},
                    std::vector<std::string>{"tap", ">", "--new-key", "f"},
                    std::vector<std::string>{"record"},
                    std::vector<std::string>{"record", "-O", "f", "--duration", "soon"},
                    std::vector<std::string>{"replay", "no-such-file", "--agent", "risk"},
                    std::vector<std::string>{"parity"},
                    std::vector<std::string>{"parity", "/dev/null", "--topic", "order.>"},
                    std::vector<std::string>{"why"},
                    std::vector<std::string>{"tap", ">", "-n", "many"},
                    std::vector<std::string>{"kill-switch"},
                    std::vector<std::string>{"kill-switch", "explode"},
                    std::vector<std::string>{"describe"},
                    std::vector<std::string>{"events", "--since", "once"},
                    std::vector<std::string>{"events", "--kind", "applied"},
                    std::vector<std::string>{"apply", "--rollback", "0"},
                    std::vector<std::string>{"apply", "--rollback", "10"},
                    std::vector<std::string>{"apply", "--rollback", "-f", "x.yaml"},
                    std::vector<std::string>{"apply", "--list", "--dry-run"},
                    std::vector<std::string>{"logs", "--since", "once"},
                    std::vector<std::string>{"logs", "-f", "--previous"},
                    std::vector<std::string>{"graph", "-o", "svg"},
                    std::vector<std::string>{"up", "--timeout", "soon"},
                    std::vector<std::string>{"down", "--timeout", "-1s"},
                    std::vector<std::string>{"trades", "-n", "-1"},
                    std::vector<std::string>{"trades", "-n", "0"},
                    std::vector<std::string>{"tap", ">", "-n", "-1"},
                    std::vector<std::string>{"tap", ">", "-n", "0"},
                    std::vector<std::string>{"logs", "-n", "-1"},
                    std::vector<std::string>{"events", "-n", "1e3"},
                    std::vector<std::string>{"status", "--watch", "0s"},
                    std::vector<std::string>{"status", "--watch", "49ms"},
                    std::vector<std::string>{"stop", "--group", "x", "--all"},
                    std::vector<std::string>{"stop", "risk", "--rolling"},
                    std::vector<std::string>{"restart", "--all", "--rolling", "--no-wait"},
                    std::vector<std::string>{"top", "--interval", "0"},
                    std::vector<std::string>{"top", "--sort", "colour"},
                    std::vector<std::string>{"signal", "risk"},
                    std::vector<std::string>{"signal", "risk", "LOUD"},
                    std::vector<std::string>{"signal", "risk", "0"}));

TEST_P(VerbHelp, shows_an_example_and_the_state_directory_where_there_is_one) {
    std::vector<std::string> arguments = GetParam();
    arguments.emplace_back("--help");
    const CommandResult result = run_drover(arguments);
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_THAT(result.output, HasSubstr("Example:\n  drover " + GetParam().front()));
    const bool needs_no_fleet =
        std::set<std::string>{"validate", "backtest", "replay", "parity"}.contains(
            GetParam().front());
    EXPECT_EQ(result.output.find("--state-dir") == std::string::npos, needs_no_fleet);
}

INSTANTIATE_TEST_SUITE_P(Verbs,
                         VerbHelp,
                         testing::Values(std::vector<std::string>{"up"},
                                         std::vector<std::string>{"down"},
                                         std::vector<std::string>{"status"},
                                         std::vector<std::string>{"start"},
                                         std::vector<std::string>{"stop"},
                                         std::vector<std::string>{"restart"},
                                         std::vector<std::string>{"apply"},
                                         std::vector<std::string>{"is-ready"},
                                         std::vector<std::string>{"completion"},
                                         std::vector<std::string>{"top"},
                                         std::vector<std::string>{"doctor"},
                                         std::vector<std::string>{"support-bundle"},
                                         std::vector<std::string>{"signal"},
                                         std::vector<std::string>{"events"},
                                         std::vector<std::string>{"graph"},
                                         std::vector<std::string>{"logs"},
                                         std::vector<std::string>{"tap"},
                                         std::vector<std::string>{"record"},
                                         std::vector<std::string>{"replay"},
                                         std::vector<std::string>{"parity"},
                                         std::vector<std::string>{"why"},
                                         std::vector<std::string>{"kill-switch"},
                                         std::vector<std::string>{"kill-switch", "engage"},
                                         std::vector<std::string>{"kill-switch", "release"},
                                         std::vector<std::string>{"kill-switch", "status"},
                                         std::vector<std::string>{"validate"},
                                         std::vector<std::string>{"describe"},
                                         std::vector<std::string>{"backtest"}));

TEST(Usage, of_generate_names_the_program_that_is_missing) {
    const CommandResult result = run_drover({"generate", "bars", "--help"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, HasSubstr("drover-generate cannot be started: No such file"));
}

TEST(Usage, suggests_the_verb_that_was_meant) {
    EXPECT_THAT(run_drover({"stauts"}).errors,
                HasSubstr("no verb 'stauts'. Did you mean 'status'?"));
}

TEST(Usage, takes_the_state_directory_before_and_after_the_verb_and_from_the_environment) {
    const CommandFolder folder;
    const std::string state = folder.state();
    const std::string told = "'" + state + "'";
    EXPECT_THAT(run_drover({"--state-dir", state, "status"}).errors, HasSubstr(told));
    EXPECT_THAT(run_drover({"status", "--state-dir", state}).errors, HasSubstr(told));
    ::setenv("DROVER_STATE_DIR", state.c_str(), 1);
    EXPECT_THAT(run_drover({"status"}).errors, HasSubstr(told));
    EXPECT_THAT(run_drover({"status", "--state-dir", state + "2"}).errors,
                HasSubstr("'" + state + "2'"));
    ::unsetenv("DROVER_STATE_DIR");
    EXPECT_THAT(run_drover({"status"}).errors, HasSubstr("'.drover'"));
}

TEST(Usage, says_what_a_descriptor_is_in_one_short_sentence) {
    for (const char* word : {"abc", "-1", "1.5", "99999999999999999999"}) {
        const CommandResult result = run_drover({"backtest", "--progress-fd", word});
        EXPECT_EQ(result.exit_code, 2) << word;
        EXPECT_EQ(result.errors,
                  "drover: --progress-fd: '" + std::string(word) +
                      "' is no descriptor: write its number, as in 3. Run 'drover backtest --help' "
                      "for help.\n");
    }
}

TEST(Usage, tells_the_version) {
    const CommandResult result = run_drover({"--version"});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_THAT(result.output, testing::StartsWith("drover "));
}

}  // namespace drover::test
