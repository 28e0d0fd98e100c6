/// What the verbs below `drover log` ask of droverd, and what they refuse before they ask.
#include "command/log_verbs.hpp"

#include <gmock/gmock.h>

#include "fake_droverd.hpp"

namespace drover::test {

using testing::HasSubstr;
using testing::IsEmpty;

namespace {

struct LogVerbsTest : testing::Test {
    Answers log() {
        return [this](const std::string& method, const Json& params) {
            asked.push_back(params);
            asked.back()["method"] = method;
            return good({{"log", "5f0e"},
                         {"folder", "/s/router/log"},
                         {"first", 11},
                         {"head", 42},
                         {"size", 131000},
                         {"segments", 2}});
        };
    }
    CommandResult drover(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), {"--state-dir", folder.state().string(), "log"});
        return run_drover(std::move(arguments));
    }
    CommandFolder folder;
    std::vector<Json> asked;
};

/// What is typed, and what is asked for it.
struct AskedOfLog {
    std::vector<std::string> typed;
    std::string what;
    std::string name;
    std::uint64_t position = 0;
};

}  // namespace

TEST_F(LogVerbsTest, ask_droverd_each_for_its_own) {
    const FakeDroverd droverd(folder.state(), log());
    const std::vector<AskedOfLog> cases{
        {{"stat"}, "stat", "", 0},
        {{"trim"}, "trim", "", 0},
        {{"skip", "risk"}, "skip", "risk", 0},
        {{"skip", "risk", "--position", "4711"}, "skip", "risk", 4711},
        {{"skip", "risk", "--position", "18446744073709551615"},
         "skip",
         "risk",
         18446744073709551615U},
        {{"forget", "old-risk"}, "forget", "old-risk", 0}};
    for (const AskedOfLog& expected : cases) {
        asked.clear();
        EXPECT_EQ(drover(expected.typed).exit_code, 0) << expected.what;
        ASSERT_EQ(asked.size(), 1U) << expected.what;
        EXPECT_EQ(asked[0].at("method"), "log");
        EXPECT_EQ(asked[0].at("what"), expected.what);
        EXPECT_EQ(asked[0].at("name"), expected.name);
        EXPECT_EQ(asked[0].at("position"), expected.position);
        EXPECT_THAT(asked[0].at("by").get<std::string>(),
                    HasSubstr("with 'drover log " + expected.what + "'"));
    }
}

TEST_F(LogVerbsTest, print_the_status_of_the_log_or_the_document) {
    const FakeDroverd droverd(folder.state(), log());
    EXPECT_THAT(drover({"stat"}).output, HasSubstr("positions  11 to 42\n"));
    for (const std::vector<std::string>& typed :
         {std::vector<std::string>{"stat"}, {"trim"}, {"skip", "risk"}, {"forget", "risk"}}) {
        std::vector<std::string> with_format = typed;
        with_format.insert(with_format.end(), {"-o", "json"});
        const auto document = parse_json(drover(with_format).output);
        ASSERT_TRUE(document) << typed.front();
        EXPECT_EQ(document.value().at("head"), 42) << typed.front();
    }
}

TEST_F(LogVerbsTest, take_the_state_directory_behind_them_too) {
    const FakeDroverd droverd(folder.state(), log());
    const CommandResult result =
        run_drover({"log", "stat", "--state-dir", folder.state().string()});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_EQ(asked.size(), 1U);
}

TEST_F(LogVerbsTest, refuse_what_is_no_position) {
    const FakeDroverd droverd(folder.state(), log());
    for (const char* word : {"0", "x", "12x", "1.5", "18446744073709551616"}) {
        const CommandResult result = drover({"skip", "risk", "--position", word});
        EXPECT_EQ(result.exit_code, 2) << word;
        EXPECT_EQ(result.errors,
                  "drover: --position: '" + std::string(word) +
                      "' is no position: write a whole number from 1 on. Run 'drover log skip "
                      "--help' for help.\n");
    }
    EXPECT_THAT(asked, IsEmpty());
}

TEST_F(LogVerbsTest, need_a_verb_and_the_name_of_a_receiver) {
    const FakeDroverd droverd(folder.state(), log());
    EXPECT_THAT(drover({}).errors, HasSubstr("A verb is missing: stat, trim, skip, forget."));
    for (const char* verb : {"skip", "forget"}) {
        const CommandResult result = drover({verb});
        EXPECT_EQ(result.exit_code, 2) << verb;
        EXPECT_THAT(result.errors, HasSubstr("NAME")) << verb;
        EXPECT_THAT(result.errors, HasSubstr("'drover log " + std::string(verb) + " --help'"));
    }
    EXPECT_EQ(drover({"trim", "risk"}).exit_code, 2) << "what is removed is everybody's";
    EXPECT_THAT(asked, IsEmpty());
}

}  // namespace drover::test
