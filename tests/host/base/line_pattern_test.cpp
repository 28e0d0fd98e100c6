// Patterns for lines of an agent's output.
#include "base/line_pattern.hpp"

#include <gtest/gtest.h>

namespace drover {

TEST(LinePattern, is_found_anywhere_in_a_line) {
    const auto pattern = LinePattern::compile("listening on port [0-9]+$");
    ASSERT_TRUE(pattern);
    EXPECT_TRUE(pattern.value().matches("now listening on port 8080"));
    EXPECT_FALSE(pattern.value().matches("now listening on port 8080."));
    EXPECT_EQ(pattern.value().text(), "listening on port [0-9]+$");
}

TEST(LinePattern, takes_plain_words_for_themselves) {
    const auto pattern = LinePattern::compile("größer als 5");
    ASSERT_TRUE(pattern);
    EXPECT_TRUE(pattern.value().matches("es ist größer als 5"));
    EXPECT_FALSE(pattern.value().matches("es ist kleiner"));
}

TEST(LinePattern, says_what_is_wrong_with_it) {
    EXPECT_FALSE(LinePattern::compile(""));
    EXPECT_NE(LinePattern::compile("(").error().message.find("no extended regular expression"),
              std::string::npos);
    EXPECT_NE(LinePattern::compile("(a)\\1").error().message.find("back-reference"),
              std::string::npos);
    EXPECT_TRUE(LinePattern::compile("\\\\1")) << "a backslash and a one";
}

TEST(LinePattern, refuses_what_would_take_long_to_compile) {
    EXPECT_TRUE(LinePattern::compile(
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{1,9} ([0-9]{1,3}[.]){4}$"));
    EXPECT_TRUE(LinePattern::compile("a\\{9999\\}")) << "braces that are taken for themselves";
    for (const char* pattern : {"(a|b){1,200}{1,200}{1,200}", "((a{1,100}){1,100}){1,100}"}) {
        const auto refused = LinePattern::compile(pattern);
        ASSERT_FALSE(refused) << pattern;
        EXPECT_NE(refused.error().message.find("is too large"), std::string::npos) << pattern;
    }
    EXPECT_FALSE(LinePattern::compile(std::string(1001, '(')));
}

TEST(LinePattern, does_not_take_for_ever_for_what_others_do) {
    const auto pattern = LinePattern::compile("^(a+)+$");
    ASSERT_TRUE(pattern);
    EXPECT_FALSE(pattern.value().matches(std::string(8000, 'a') + "b"));
}

}  // namespace drover
