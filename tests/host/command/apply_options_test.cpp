/// What `drover apply` takes on its command line.
#include "command/apply_options.hpp"

#include <utility>

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>

#include "parsed_verb.hpp"

namespace drover::test {

using testing::HasSubstr;
using testing::Not;

namespace {

/// The options as `words` set them, or the sentence that refuses them.
struct ParsedApply {
    explicit ParsedApply(std::vector<std::string> words) {
        add_apply_options(verb, options);
        refusal = parse(verb, std::move(words));
    }
    CLI::App verb;
    ApplyOptions options;
    std::string refusal;
};

}  // namespace

TEST(ApplyOptions, are_what_is_usual_where_nothing_is_typed) {
    const ParsedApply parsed({});
    EXPECT_EQ(parsed.refusal, "");
    EXPECT_EQ(parsed.options.file, std::nullopt);
    EXPECT_EQ(parsed.options.rollback, std::nullopt);
    EXPECT_FALSE(parsed.options.is_list);
    EXPECT_FALSE(parsed.options.is_dry_run);
    EXPECT_FALSE(parsed.options.is_saved);
    EXPECT_FALSE(parsed.options.as_json);
}

TEST(ApplyOptions, reach_the_verb_each) {
    const ParsedApply parsed({"-f", "desk.yaml", "--dry-run", "-o", "json", "--timeout", "5s"});
    EXPECT_EQ(parsed.refusal, "");
    EXPECT_EQ(parsed.options.file, "desk.yaml");
    EXPECT_TRUE(parsed.options.is_dry_run);
    EXPECT_TRUE(parsed.options.as_json);
    EXPECT_EQ(parsed.options.timeout, std::chrono::seconds(5));
    EXPECT_TRUE(ParsedApply({"--list"}).options.is_list);
    EXPECT_EQ(ParsedApply({"--file", "desk.yaml"}).options.file, "desk.yaml");
}

TEST(ApplyOptions, go_back_one_file_where_no_number_is_given) {
    EXPECT_EQ(ParsedApply({"--rollback"}).options.rollback, 1U);
    const ParsedApply before_another({"--rollback", "--dry-run"});
    EXPECT_EQ(before_another.refusal, "");
    EXPECT_EQ(before_another.options.rollback, 1U);
    EXPECT_TRUE(before_another.options.is_dry_run);
}

TEST(ApplyOptions, go_back_one_to_nine_files) {
    EXPECT_EQ(ParsedApply({"--rollback", "1"}).options.rollback, 1U);
    EXPECT_EQ(ParsedApply({"--rollback=9"}).options.rollback, 9U);
    for (const char* odd : {"0", "10", "-1", "1.5", "+1", "one", "1 "}) {
        const ParsedApply parsed({"--rollback=" + std::string(odd)});
        EXPECT_THAT(parsed.refusal,
                    HasSubstr("--rollback: takes how many files to go back, 1 to 9, and this is '" +
                              std::string(odd) + "'."));
        EXPECT_EQ(parsed.options.rollback, std::nullopt);
    }
}

TEST(ApplyOptions, that_contradict_each_other_are_refused) {
    using Words = std::vector<std::string>;
    for (const Words& words : {Words{"--rollback", "1", "-f", "desk.yaml"},
                               Words{"--rollback", "--list"},
                               Words{"--list", "-f", "desk.yaml"},
                               Words{"--list", "--dry-run"}}) {
        EXPECT_THAT(ParsedApply(words).refusal, HasSubstr("excludes")) << words.back();
    }
}

TEST(ApplyOptions, keep_droverds_own_word_from_the_help) {
    const ParsedApply parsed({"--saved"});
    EXPECT_EQ(parsed.refusal, "");
    EXPECT_TRUE(parsed.options.is_saved);
    EXPECT_THAT(parsed.verb.help(), HasSubstr("--rollback"));
    EXPECT_THAT(parsed.verb.help(), Not(HasSubstr("--saved")));
}

}  // namespace drover::test
