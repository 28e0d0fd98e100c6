// Dates and times as people write them.
#include "base/time_text.hpp"

#include <gtest/gtest.h>

#include "base/message_type.hpp"

namespace drover {
namespace {

std::string read_again(std::string_view text) {
    const auto time = parse_time_text(text);
    return time ? iso_time(*time) : "nothing";
}

TEST(TimeText, is_read_as_a_day_or_as_a_time_in_utc) {
    EXPECT_EQ(parse_time_text("1970-01-02"), 86'400'000'000'000);
    EXPECT_EQ(read_again("2000-02-29"), "2000-02-29T00:00:00Z");
    EXPECT_EQ(read_again("2020-01-02T09:30:00Z"), "2020-01-02T09:30:00Z");
    EXPECT_EQ(read_again("2020-01-02T09:30Z"), "2020-01-02T09:30:00Z");
    EXPECT_EQ(read_again("2020-01-02T09:30:01.25Z"), "2020-01-02T09:30:01.250Z");
    EXPECT_EQ(read_again("1969-12-31T23:59:59.999999999Z"), "1969-12-31T23:59:59.999999999Z");
}

TEST(TimeText, is_nothing_where_it_is_no_day_or_something_follows) {
    for (const char* text : {"",
                             "2001-02-29",
                             "2020-13-01",
                             "2020-1-2",
                             "20200102",
                             "2020-01-02 09:30:00Z",
                             "2020-01-02T09:30:00",
                             "2020-01-02T24:00:00Z",
                             "2020-01-02T09:61:00Z",
                             "2020-01-02T09:30:00.Z",
                             "2020-01-02T09:30:00Zx",
                             "+020-01-02",
                             "1600-01-01",
                             "2300-01-01"}) {
        EXPECT_EQ(read_again(text), "nothing") << text;
    }
}

TEST(TimeText, tells_a_day_from_a_time) {
    EXPECT_TRUE(is_day("2020-04-17"));
    EXPECT_FALSE(is_day("2020-04-17T00:00:00Z"));
    EXPECT_FALSE(is_day("2020-04-31"));
}

}  // namespace
}  // namespace drover
