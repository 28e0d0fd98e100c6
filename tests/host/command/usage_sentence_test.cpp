/// What is told of a command line that was typed wrongly.
#include "command/usage_sentence.hpp"

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>

namespace drover::test {

using testing::HasSubstr;

namespace {

/// A program with a verb that takes a file and a count, and one with verbs below it.
struct UsageSentence : testing::Test {
    UsageSentence() {
        app.require_subcommand(1);
        app.add_flag("--loud", is_loud);
        CLI::App& show = *app.add_subcommand("show", "");
        show.add_option("-f,--file", file)->type_name("FILE");
        show.add_option("--count", count)->check(CLI::Range(1, 9));
        show.add_option("--form", form)->check(CLI::IsMember({"table", "json"}));
        show.add_option("NAME", name)->required();
        CLI::App& log = *app.add_subcommand("log", "");
        log.require_subcommand(1);
        log.add_subcommand("stat", "");
        log.add_subcommand("trim", "");
    }
    /// The sentence about these words.
    std::string told(std::vector<std::string> typed) {
        std::vector<std::string> reversed(typed.rbegin(), typed.rend());
        try {
            app.parse(reversed);
        } catch (const CLI::ParseError& error) {
            return usage_sentence(*verb_in_use(app).first, error, typed);
        }
        return "nothing is wrong";
    }
    CLI::App app;
    bool is_loud = false;
    std::string file;
    int count = 0;
    std::string form;
    std::string name;
};

}  // namespace

TEST_F(UsageSentence, is_about_the_verb_that_was_read_last) {
    EXPECT_EQ(told({"show", "risk"}), "nothing is wrong");
    EXPECT_EQ(verb_in_use(app).second, "show");
    EXPECT_EQ(told({"log", "stat"}), "nothing is wrong");
    EXPECT_EQ(verb_in_use(app).second, "log stat");
    EXPECT_EQ(verb_in_use(app).first->get_name(), "stat");
    (void)told({"--loud"});
    EXPECT_EQ(verb_in_use(app).second, "");
    EXPECT_EQ(verb_in_use(app).first, &app);
}

TEST_F(UsageSentence, names_an_option_that_there_is_none_of_and_a_likely_one) {
    EXPECT_EQ(told({"show", "risk", "--fiel", "x"}),
              "There is no option '--fiel' here. Did you mean '--file'?");
    EXPECT_EQ(told({"show", "risk", "--fiel=x"}),
              "There is no option '--fiel' here. Did you mean '--file'?")
        << "a value behind it is no part of its name";
    EXPECT_EQ(told({"--luod"}), "There is no option '--luod' here. Did you mean '--loud'?");
    EXPECT_EQ(told({"show", "risk", "-q"}).find("There is no option '-q' here."), 0U);
}

TEST_F(UsageSentence, names_the_words_that_are_too_many_in_the_order_in_which_they_were_typed) {
    EXPECT_EQ(told({"show", "risk", "extra"}), "'extra' is an argument too many.");
    EXPECT_EQ(told({"show", "risk", "one", "two"}), "'one', 'two' are too many arguments.");
}

TEST_F(UsageSentence, lists_what_can_follow_a_verb_that_needs_another) {
    EXPECT_EQ(told({"log"}), "A verb is missing: stat, trim.");
    EXPECT_EQ(told({"log", "explode"}), "'log' has no verb 'explode': it has stat, trim.");
    EXPECT_EQ(told({}), "A verb is missing: show, log.");
    for (const char* more : {"a", "b", "c", "d", "e"}) {
        app.add_subcommand(more, "");
    }
    EXPECT_EQ(told({}), "A verb is missing: what is to be done?") << "nobody reads a long list";
}

TEST_F(UsageSentence, tells_a_value_that_is_missing_or_too_many) {
    EXPECT_EQ(told({"show", "risk", "-f"}), "--file needs a value behind it (FILE).");
    EXPECT_EQ(told({"show", "risk", "-f", "a", "--file", "b"}),
              "--file was given 2 times, and takes one value.");
}

TEST_F(UsageSentence, tells_a_value_that_does_not_do) {
    EXPECT_EQ(told({"show", "risk", "--form", "xml"}), "--form: 'xml' is none of table, json.");
    EXPECT_EQ(told({"show", "risk", "--count", "10"}),
              "--count: '10' does not lie in the range 1 to 9.");
}

TEST_F(UsageSentence, ends_as_a_sentence_whatever_the_fault_is) {
    EXPECT_EQ(told({"show"}), "NAME is required.");
    EXPECT_TRUE(told({"show", "risk", "--count", "ten"}).ends_with('.'));
}

}  // namespace drover::test
