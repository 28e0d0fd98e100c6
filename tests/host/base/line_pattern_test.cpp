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

TEST(LinePattern, does_not_take_for_ever_for_what_others_do) {
    const auto pattern = LinePattern::compile("^(a+)+$");
    ASSERT_TRUE(pattern);
    EXPECT_FALSE(pattern.value().matches(std::string(8000, 'a') + "b"));
}

}  // namespace drover
