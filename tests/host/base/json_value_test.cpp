/// Nothing that comes as JSON from outside harms who reads it.
#include "base/json_value.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_depth.hpp"

namespace drover {
namespace {

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

TEST(ParseJson, says_where_a_text_is_wrong) {
    const auto parsed = parse_json("{\"a\": nu }");
    ASSERT_FALSE(parsed);
    EXPECT_THAT(parsed.error().message, testing::HasSubstr("line 1, column"));
}

TEST(ParseJson, refuses_a_number_that_no_double_holds) {
    const auto parsed = parse_json("{\"a\": 1e400}");
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().message, "number overflow parsing '1e400'.");
    EXPECT_TRUE(parse_json("[1e300, 18446744073709551615, -9223372036854775808]"));
}

TEST(ParseJson, refuses_what_is_nested_too_deep) {
    EXPECT_TRUE(parse_json(nested(deepest_json)));
    EXPECT_FALSE(parse_json(nested(deepest_json + 1)));
    EXPECT_FALSE(parse_json(std::string(1'000'000, '[')));
}

TEST(ParseJson, takes_brackets_in_text_for_text) {
    const std::string brackets(1000, '[');
    EXPECT_TRUE(parse_json("\"" + brackets + "\""));
    EXPECT_TRUE(parse_json("{\"a\\\"" + brackets + "\": \"\\\\\", \"b\": [\"" + brackets + "\"]}"));
}

TEST(ToLineWith, keeps_the_digits_of_the_member_and_breaks_no_line) {
    EXPECT_EQ(to_line_with({{"ok", true}}, "reply", "{\"a\":\r\n0.10000000000000000001}"),
              "{\"ok\":true,\"reply\":{\"a\":  0.10000000000000000001}}");
    EXPECT_EQ(to_line_with(Json::object(), "reply", "1e400"), "{\"reply\":1e400}");
}

}  // namespace
}  // namespace drover
