/// `--since`: what people type.
#include "command/moment.hpp"

#include <string>

#include <gtest/gtest.h>

namespace drover {
namespace {

constexpr std::int64_t second = 1'000'000'000;
/// 2026-11-26T12:00:00Z
constexpr std::int64_t noon = 1'795'694'400 * second;

std::int64_t moment(const std::string& text) {
    const auto parsed = parse_moment(text, noon);
    EXPECT_TRUE(parsed.has_value()) << text;
    return parsed ? parsed.value() : 0;
}

TEST(Moment, is_so_long_ago) {
    EXPECT_EQ(moment("10m"), noon - 600 * second);
    EXPECT_EQ(moment("2h"), noon - 7200 * second);
    EXPECT_EQ(moment("1.5s"), noon - 3 * second / 2);
}

TEST(Moment, is_a_date_or_a_time_of_utc) {
    EXPECT_EQ(moment("2026-11-26"), noon - 12 * 3600 * second);
    EXPECT_EQ(moment("2026-11-26T12:00"), noon);
    EXPECT_EQ(moment("2026-11-26 12:00:05"), noon + 5 * second);
    EXPECT_EQ(moment("2026-11-26T12:00:00Z"), noon);
    EXPECT_EQ(moment("2026-11-26T12:00:00.250Z"), noon + second / 4);
    EXPECT_EQ(moment("2026-11-26T12:00:00.123456789Z"), noon + 123'456'789);
    EXPECT_EQ(moment("1970-01-01"), 0);
}

TEST(Moment, may_name_a_zone) {
    EXPECT_EQ(moment("2026-11-26T13:00:00+01:00"), noon);
    EXPECT_FALSE(parse_moment("2026-11-26T13:00:00+25:00", noon).has_value());
    EXPECT_FALSE(parse_moment("2026-11-26T13:00:00-01:60", noon).has_value());
    EXPECT_EQ(moment("2026-11-26T06:30:00-0530"), noon);
}

TEST(Moment, that_is_none_is_answered_with_the_right_forms) {
    for (const char* text : {"",
                             "once",
                             "10",
                             "2026-13-01",
                             "2026-02-30",
                             "2026-11-26T25:00",
                             "2026-11-26T12:60",
                             "2026-11-26T",
                             "2026-11-26X12:00",
                             "2026-11-26T12:00:00.Z",
                             "2026-11-26T12:00Zulu",
                             "26.11.2026",
                             "2999-01-01",
                             "1969-12-31",
                             "-026-11-26"}) {
        const auto parsed = parse_moment(text, noon);
        ASSERT_FALSE(parsed.has_value()) << text;
        EXPECT_NE(parsed.error().message.find("2026-11-26T09:30:00Z"), std::string::npos);
    }
}

}  // namespace
}  // namespace drover
