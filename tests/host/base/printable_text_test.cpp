/// Text of others that reaches a terminal.
#include "base/printable_text.hpp"

#include <gtest/gtest.h>

namespace drover::test {

TEST(PrintableText, leaves_what_people_write_as_it_is) {
    EXPECT_EQ(printable("looks wrong: 5 % above – ‘too high’ 市"),
              "looks wrong: 5 % above – ‘too high’ 市");
    EXPECT_EQ(printable(""), "");
    EXPECT_EQ(printable("a\\nb"), "a\\nb");
}

TEST(PrintableText, writes_control_characters_out) {
    EXPECT_EQ(printable("one\ntwo\r\tthree"), "one\\ntwo\\r\\tthree");
    EXPECT_EQ(printable("\x1b[2Jgone\x07\x7f"), "\\x1b[2Jgone\\x07\\x7f");
    EXPECT_EQ(printable(std::string("a\0b", 3)), "a\\x00b");
}

TEST(PrintableText, writes_out_the_control_characters_above_ascii) {
    EXPECT_EQ(printable("\xc2\x9b"
                        "31m"),
              "\\u009b31m");
}

TEST(PrintableText, writes_out_bytes_that_are_no_utf_8) {
    EXPECT_EQ(printable("\x9b"
                        "31m"),
              "\\x9b31m");
    EXPECT_EQ(printable("cut \xe2\x80"), "cut \\xe2\\x80");
}

TEST(PrintableText, keeps_newlines_where_lines_are_meant) {
    EXPECT_EQ(printable_lines("a.yaml:1:2: one\na.yaml:2:3: \x1b[1mtwo"),
              "a.yaml:1:2: one\na.yaml:2:3: \\x1b[1mtwo");
}

TEST(PrintableText, shows_the_beginning_of_a_value_that_is_long) {
    EXPECT_EQ(excerpt("short"), "short");
    EXPECT_EQ(excerpt(std::string(100, 'x')), std::string(100, 'x'));
    EXPECT_EQ(excerpt(std::string(400'000, 'x')), std::string(60, 'x') + " … (400000 bytes)");
}

TEST(PrintableText, cuts_a_long_value_between_two_characters) {
    const std::string text = "a" + [] {
        std::string euros;
        for (int count = 0; count < 40; ++count) {
            euros += "€";
        }
        return euros;
    }();
    const std::string shown = excerpt(text);
    EXPECT_EQ(shown.substr(0, 61), text.substr(0, 61));
    EXPECT_EQ(shown.substr(61), " … (121 bytes)");
}

}  // namespace drover::test
