/// A number of JSON becomes the number that it says, or nothing.
#include "base/json_conversion.hpp"

#include <map>

#include <gtest/gtest.h>

#include "base/json_value.hpp"

namespace drover {
namespace {

template <typename Number>
std::optional<Number> read(const char* text) {
    try {
        return parse_json(text).value().get<Number>();
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

TEST(JsonConversion, takes_what_an_integer_holds_to_its_ends) {
    EXPECT_EQ(read<std::uint32_t>("4294967295"), 4294967295U);
    EXPECT_EQ(read<std::int32_t>("-2147483648"), std::numeric_limits<std::int32_t>::min());
    EXPECT_EQ(read<std::uint64_t>("18446744073709551615"), ~0ULL);
    EXPECT_EQ(read<std::int64_t>("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(read<int>("1e3"), 1000) << "it is a whole number however it is written";
    EXPECT_EQ(read<std::int64_t>("-9223372036854775808.0"),
              std::numeric_limits<std::int64_t>::min());
}

TEST(JsonConversion, refuses_what_would_become_another_number) {
    EXPECT_FALSE(read<std::uint32_t>("4294967296"));
    EXPECT_FALSE(read<std::uint32_t>("-1"));
    EXPECT_FALSE(read<std::int64_t>("9223372036854775808"));
    EXPECT_FALSE(read<std::int64_t>("9223372036854775808.0"));
    EXPECT_FALSE(read<std::uint64_t>("18446744073709551616"));
    EXPECT_FALSE(read<std::uint16_t>("1e120"));
    EXPECT_FALSE(read<int>("2.5"));
    EXPECT_FALSE(read<int>("true"));
    EXPECT_FALSE(read<int>("\"1\""));
}

TEST(JsonConversion, holds_within_lists_and_objects_too) {
    EXPECT_FALSE(read<std::vector<std::uint32_t>>("[1, 4294967296]"));
    using Numbers = std::map<std::string, std::uint8_t>;
    EXPECT_EQ(read<Numbers>(R"({"a": 255})"), (Numbers{{"a", 255}}));
    EXPECT_FALSE(read<Numbers>(R"({"a": 256})"));
    const Json object = {{"many", 1e120}};
    EXPECT_EQ(value_or<std::uint64_t>(object, "many", 7), 7U);
}

TEST(JsonConversion, leaves_all_else_as_the_library_reads_it) {
    EXPECT_EQ(read<double>("3"), 3.0);
    EXPECT_EQ(read<bool>("true"), true);
    EXPECT_EQ(read<std::string>("\"a\""), "a");
    EXPECT_EQ(Json(std::vector<int>{1, 2}).dump(), "[1,2]");
}

}  // namespace
}  // namespace drover
