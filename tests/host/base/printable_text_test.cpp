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

}  // namespace drover::test
