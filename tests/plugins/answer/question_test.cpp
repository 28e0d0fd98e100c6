// What a request asks, read from JSON.
#include "answer/question.hpp"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/agent.hpp>

namespace drover {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string fault_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.status(), DROVER_E_INVALID);
        return failure.what();
    }
    return "";
}

TEST(Question, reads_the_keys_it_knows) {
    const Question asked(R"({"account": "paper", "all": true, "n": 20, "symbols": ["SPX"]})",
                         {"account", "all", "n", "symbols"});
    EXPECT_EQ(asked.text("account"), "paper");
    EXPECT_TRUE(asked.flag("all"));
    EXPECT_EQ(asked.count("n"), 20U);
    EXPECT_THAT(asked.texts("symbols"), ElementsAre("SPX"));
}

TEST(Question, takes_absent_and_null_keys_for_nothing) {
    const Question asked(R"({"account": null})", {"account", "n"});
    EXPECT_EQ(asked.text("account"), "");
    EXPECT_FALSE(asked.flag("account"));
    EXPECT_FALSE(asked.count("n").has_value());
    EXPECT_TRUE(asked.texts("account").empty());
    EXPECT_EQ(Question("", {"account"}).text("account"), "");
}

TEST(Question, refuses_what_it_does_not_understand_with_a_sentence) {
    EXPECT_THAT(fault_of([] { Question("[]", {}); }), HasSubstr("a JSON object"));
    EXPECT_THAT(fault_of([] { Question("{", {}); }), HasSubstr("a JSON object"));
    EXPECT_THAT(fault_of([] {
                    Question(R"({"acount": 1})", {"account", "all"});
                }),
                HasSubstr("'acount'; known are: account, all"));
    const Question asked(R"({"a": 1, "b": "x", "c": -1})", {"a", "b", "c"});
    EXPECT_THAT(fault_of([&] { (void)asked.text("a"); }), HasSubstr("must be text, not 1"));
    EXPECT_THAT(fault_of([&] { (void)asked.flag("b"); }), HasSubstr("true or false"));
    EXPECT_THAT(fault_of([&] { (void)asked.count("c"); }), HasSubstr("not -1"));
    EXPECT_THAT(fault_of([&] { (void)asked.texts("b"); }), HasSubstr("a list of texts"));
}

TEST(Question, names_what_is_missing) {
    const Question asked(R"({"by": "  "})", {"by"});
    EXPECT_THAT(fault_of([&] { (void)asked.required_text("by", "who resets it"); }),
                HasSubstr("'by' is missing: who resets it"));
}

}  // namespace
}  // namespace drover
