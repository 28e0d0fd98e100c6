/// Dates, times and lengths of bars from text.
#include "market_data/timestamp.hpp"

#include <gtest/gtest.h>

namespace drover {
namespace {

constexpr std::int64_t second = nanoseconds_per_second;
constexpr std::int64_t noon = 1'577'966'400 * second;  // 2020-01-02T12:00:00Z

std::int64_t time_of(const char* text) {
    const auto stamp = parse_timestamp(text);
    EXPECT_TRUE(stamp.has_value()) << text;
    return stamp ? stamp->time : 0;
}

TEST(Timestamp, reads_a_date_as_its_midnight) {
    const auto stamp = parse_timestamp("2020-01-02");
    ASSERT_TRUE(stamp.has_value());
    EXPECT_TRUE(stamp->is_date);
    EXPECT_EQ(stamp->time, noon - 12 * 3600 * second);
    EXPECT_EQ(time_of("1970-01-01"), 0);
    EXPECT_EQ(time_of("2000-02-29"), 951'782'400 * second);
}

TEST(Timestamp, reads_times_in_all_their_spellings) {
    for (const char* text : {"2020-01-02T12:00:00Z",
                             "2020-01-02 12:00:00",
                             "2020-01-02T12:00",
                             "2020-01-02T12:00:00.000Z",
                             "2020-01-02T13:00:00+01:00",
                             "2020-01-02 07:00:00-0500",
                             "2020-01-02T07:00:00-05"}) {
        EXPECT_EQ(time_of(text), noon) << text;
    }
    EXPECT_EQ(time_of("2020-01-02T12:00:00.000000001Z"), noon + 1);
    EXPECT_FALSE(parse_timestamp("2020-01-02T00:00:00Z")->is_date);
}

TEST(Timestamp, refuses_what_is_no_time) {
    for (const char* text : {"",
                             "2020",
                             "2020-1-2",
                             "2020-02-30",
                             "2019-02-29",
                             "2020-13-01",
                             "01/02/2020",
                             "2020-01-02T",
                             "2020-01-02T24:00:00",
                             "2020-01-02X12:00",
                             "2020-01-02T12:60:00",
                             "2020-01-02T12:00:00.",
                             "2020-01-02T12:00:00z ",
                             "2020-01-02T12:00:00+25:00",
                             "1600-01-01",
                             "2300-01-01"}) {
        EXPECT_FALSE(parse_timestamp(text).has_value()) << text;
    }
}

TEST(Timestamp, reads_lengths_of_bars) {
    EXPECT_EQ(parse_interval("1d"), nanoseconds_per_day);
    EXPECT_EQ(parse_interval("5m"), 300 * second);
    EXPECT_EQ(parse_interval("1h"), 3600 * second);
    EXPECT_EQ(parse_interval("2w"), 14 * nanoseconds_per_day);
    for (const char* text : {"", "d", "0d", "1", "1x", "1dd", "-1d", "1.5h"}) {
        EXPECT_FALSE(parse_interval(text).has_value()) << text;
    }
}

TEST(Timestamp, writes_the_date_of_a_time) {
    EXPECT_EQ(date_text(noon), "2020-01-02");
    EXPECT_EQ(date_text(-1), "1969-12-31");
}

TEST(TimestampReader, reads_many_stamps_as_it_reads_each_alone) {
    TimestampReader reader;
    EXPECT_FALSE(reader.read(std::string_view("\0\0\0\0\0\0\0\0\0\0", 10)));
    for (const char* text : {"2020-01-02T09:30:00Z",
                             "2020-01-02T09:31:00Z",
                             "2020-01-02",
                             "2020-01-02T25:00:00Z",
                             "2020-01-03T00:00:00Z",
                             "2020-02-30",
                             "2020-01-03 23:59",
                             "2020-01-0",
                             "2020-01-03x"}) {
        const auto alone = parse_timestamp(text);
        const auto among_many = reader.read(text);
        ASSERT_EQ(alone.has_value(), among_many.has_value()) << text;
        if (alone) {
            EXPECT_EQ(alone->time, among_many->time) << text;
            EXPECT_EQ(alone->is_date, among_many->is_date) << text;
        }
    }
}

}  // namespace
}  // namespace drover
