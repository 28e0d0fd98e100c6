#include "config/scalar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drover {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

TEST(Duration, takes_milliseconds_seconds_minutes_and_hours) {
    EXPECT_EQ(parse_duration("250ms").value(), milliseconds(250));
    EXPECT_EQ(parse_duration("1.5s").value(), milliseconds(1500));
    EXPECT_EQ(parse_duration("2m").value(), minutes(2));
    EXPECT_EQ(parse_duration("1h").value(), hours(1));
    EXPECT_EQ(parse_duration("0.5ms").value(), microseconds(500));
    EXPECT_EQ(parse_duration("0s").value(), seconds(0));
    EXPECT_EQ(parse_duration("8760h").value(), hours(8760));
}

TEST(Duration, keeps_every_nanosecond_of_a_decimal) {
    EXPECT_EQ(parse_duration("1.000000001s").value(), Nanoseconds(1'000'000'001));
    EXPECT_EQ(parse_duration("0.1h").value(), minutes(6));
}

TEST(Duration, refuses_a_bare_number) {
    EXPECT_EQ(parse_duration("250").error().message,
              "'250' has no unit: write 250ms, 250s, 250m or 250h.");
}

TEST(Duration, refuses_what_is_none) {
    for (const char* text : {"", "s", "-1s", "abc", ".5s", "+2s"}) {
        EXPECT_THAT(parse_duration(text).error().message, HasSubstr("is not a duration")) << text;
    }
    for (const char* text : {"1d", "1.5 s", "1s2ms", "1S", "1e3s"}) {
        EXPECT_THAT(parse_duration(text).error().message, HasSubstr("unknown unit")) << text;
    }
    for (const char* text : {"8761h", "99999999999999999999s"}) {
        EXPECT_THAT(parse_duration(text).error().message, HasSubstr("longer than a year")) << text;
    }
}

TEST(Size, is_written_in_the_largest_unit_that_leaves_a_whole_number) {
    constexpr std::uint64_t kibibyte = 1024;
    EXPECT_EQ(size_text(kibibyte), "1KiB");
    EXPECT_EQ(size_text(63 * kibibyte), "63KiB");
    EXPECT_EQ(size_text(16384 * kibibyte), "16MiB");
    EXPECT_EQ(size_text(kibibyte * kibibyte * kibibyte * 3), "3GiB");
    EXPECT_EQ(parse_size(size_text(1536 * kibibyte)).value(), 1536 * kibibyte);
}

TEST(PlainScalar, has_the_type_of_the_core_schema) {
    for (const char* text : {"", "~", "null", "Null", "NULL"}) {
        EXPECT_EQ(plain_type(text), PlainType::null) << text;
    }
    for (const char* text : {"true", "False", "TRUE"}) {
        EXPECT_EQ(plain_type(text), PlainType::boolean) << text;
    }
    for (const char* text :
         {"0", "-1", "+5", "1.50", ".5", "5.", "1e5", "1.2E-3", "0x1F", "0o17"}) {
        EXPECT_EQ(plain_type(text), PlainType::number) << text;
    }
    for (const char* text : {"yes",
                             "no",
                             "on",
                             "2000-01-03",
                             "1d",
                             "60x",
                             "1_000",
                             "-",
                             ".",
                             "e5",
                             "1e",
                             "0x",
                             "0xG",
                             "1.2.3",
                             "tRUE"}) {
        EXPECT_EQ(plain_type(text), PlainType::text) << text;
    }
    for (const char* text : {"012", "-007", "00.5", ".inf", "-.INF", ".nan"}) {
        EXPECT_EQ(plain_type(text), PlainType::ambiguous) << text;
    }
}

TEST(JsonNumber, keeps_decimal_digits_as_they_were_typed) {
    EXPECT_EQ(json_number("100000.50").value(), "100000.50");
    EXPECT_EQ(json_number("-0.1000000000000000000001").value(), "-0.1000000000000000000001");
    EXPECT_EQ(json_number("123456789012345678901234567890").value(),
              "123456789012345678901234567890");
    EXPECT_EQ(json_number("1e5").value(), "1e5");
}

TEST(JsonNumber, respells_what_json_cannot_spell) {
    EXPECT_EQ(json_number("+5").value(), "5");
    EXPECT_EQ(json_number(".5").value(), "0.5");
    EXPECT_EQ(json_number("-.5e3").value(), "-0.5e3");
    EXPECT_EQ(json_number("5.").value(), "5");
    EXPECT_EQ(json_number("0x1F").value(), "31");
    EXPECT_EQ(json_number("0o17").value(), "15");
}

TEST(JsonNumber, refuses_a_hexadecimal_number_beyond_64_bits) {
    EXPECT_EQ(json_number("0x10000000000000000").error().message,
              "The number 0x10000000000000000 does not fit into 64 bits.");
}

TEST(JsonNumber, refuses_a_number_that_no_double_can_hold) {
    EXPECT_EQ(json_number("1e400").error().message,
              "The number 1e400 is too large: a number lies within 1.7e308 and -1.7e308.");
    EXPECT_EQ(json_number("1e-400").value(), "1e-400");
}

}  // namespace
}  // namespace drover
