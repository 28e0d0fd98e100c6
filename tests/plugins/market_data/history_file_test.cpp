/// CSV files of bars: columns by name, exact prices, faults that name their place.
#include "market_data/history_file.hpp"

#include <cmath>
#include <cstdio>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/agent.hpp>

#include "market_data/timestamp.hpp"

namespace drover {
namespace {

using ::testing::HasSubstr;

constexpr HistoryFormat daily{nanoseconds_per_day};
constexpr HistoryFormat minutely{60 * nanoseconds_per_second};

History read(const std::string& text, const HistoryFormat& format = daily) {
    return parse_history(text, "bars.csv", format);
}
std::string fault(const std::string& text, const HistoryFormat& format = daily) {
    try {
        static_cast<void>(read(text, format));
    } catch (const Failure& failed) {
        return failed.what();
    }
    return "nothing failed";
}

TEST(HistoryFile, reads_daily_bars) {
    const History history = read(
        "date,open,high,low,close,adjclose,volume\n"
        "2000-01-03,1469.250000,1478.000000,1438.359985,1455.219971,1,931800000\n"
        "2000-01-04,1455.219971,1455.219971,1397.430054,1399.420044,1,1009000000\n");
    ASSERT_EQ(history.bars.size(), 2U);
    EXPECT_TRUE(history.has_volume);
    const HistoryBar& bar = history.bars[0];
    EXPECT_EQ(bar.open_time, parse_timestamp("2000-01-03")->time);
    EXPECT_EQ(bar.close_time, parse_timestamp("2000-01-04")->time);
    EXPECT_EQ(bar.open, 1'469'250'000'000);
    EXPECT_EQ(bar.low, 1'438'359'985'000);
    EXPECT_EQ(bar.close, 1'455'219'971'000);
    EXPECT_EQ(bar.volume, 931800000.0);
}

TEST(HistoryFile, finds_columns_by_name_in_any_order_and_case) {
    const History history = read(
        "\xEF\xBB\xBFVolume, Close ,name,LOW,\"High\",Open,Time\r\n"
        "7,2,x,1,4,3,2020-01-02T09:30:00Z\r\n"
        "\r\n"
        ",2,x,1,4,3,2020-01-02 09:31:00\r\n",
        minutely);
    ASSERT_EQ(history.bars.size(), 2U);
    EXPECT_EQ(history.bars[0].open, 3'000'000'000);
    EXPECT_EQ(history.bars[0].volume, 7.0);
    EXPECT_TRUE(std::isnan(history.bars[1].volume));
    EXPECT_EQ(history.bars[1].close_time - history.bars[1].open_time, minutely.interval_length);
}

TEST(HistoryFile, has_no_volume_without_the_column) {
    const History history = read("date,open,high,low,close\n2020-01-02,1,1,1,1");
    EXPECT_FALSE(history.has_volume);
    EXPECT_TRUE(std::isnan(history.bars.at(0).volume));
}

TEST(HistoryFile, takes_stamps_of_the_end_where_told) {
    HistoryFormat format = minutely;
    format.stamps_the_end = true;
    const History history =
        read("time,open,high,low,close\n2020-01-02T09:30:00Z,1,1,1,1\n", format);
    EXPECT_EQ(history.bars.at(0).close_time, parse_timestamp("2020-01-02T09:30:00Z")->time);
}

TEST(HistoryFile, names_row_column_and_value_of_a_fault) {
    const std::string with_volume = "date,open,high,low,close,volume\n";
    EXPECT_EQ(fault(with_volume + "2020-01-02,1,1,1,1,1\n2020-01-03,1,1,1,1o,1\n"),
              "bars.csv: row 3, column close: '1o' is not a decimal number.");
    EXPECT_THAT(fault(with_volume + "2020-01-02,1,1.00000000001,1,1,1\n"),
                HasSubstr("column high: '1.00000000001' has more than 9 decimals"));
    EXPECT_THAT(fault(with_volume + "02.01.2020,1,1,1,1,1\n"),
                HasSubstr("row 2, column date or time: '02.01.2020'"));
    EXPECT_THAT(fault(with_volume + "2020-01-02,1,1,1,1,many\n"),
                HasSubstr("column volume: 'many'"));
    EXPECT_THAT(fault(with_volume + "2020-01-02,1,1,1\n"), HasSubstr("row 2: the row has 4 cells"));
    EXPECT_THAT(fault(with_volume + "2020-01-02,1,1,1,1,1\n", minutely),
                HasSubstr("has no time of day"));
}

TEST(HistoryFile, refuses_a_row_with_more_cells_than_the_header) {
    EXPECT_THAT(fault("date,open,high,low,close,volume\n2000-01-03,3,4,1,2,931,800,000\n"),
                HasSubstr("bars.csv: row 2: the row has more cells than the header, which has 6 "
                          "columns: '800' stands behind the last one"));
    EXPECT_EQ(read("date,open,high,low,close,volume\n2000-01-03,3,4,1,2,7,,\n").bars.size(), 1U)
        << "empty cells at the end say nothing";
    EXPECT_EQ(read("date,open,high,low,close,note\n2000-01-03,3,4,1,2,\"a, b\"\n").bars.size(), 1U)
        << "what stands in columns that nobody reads is not looked at";
}

TEST(HistoryFile, shows_a_cell_in_one_short_line) {
    EXPECT_THAT(fault(std::string("date,open,high,low,close\n2000-01-03,3,4,1,2\0\x1b\n", 46)),
                HasSubstr("column close: '2\\x00\\x1b' is not a decimal number"));
    EXPECT_THAT(fault("date,open,high,low,close\n" + std::string(1000, 'x') + ",3,4,1,2\n"),
                HasSubstr("'" + std::string(60, 'x') + "…' is neither a date"));
}

TEST(HistoryFile, names_what_a_header_lacks_or_repeats) {
    EXPECT_THAT(fault("date,open,high,low\n"), HasSubstr("no column close"));
    EXPECT_THAT(fault(""), HasSubstr("no column date or time"));
    EXPECT_THAT(fault("date;open;high;low;close\n"), HasSubstr("separated by commas"));
    EXPECT_THAT(fault("date,open,high,low,close,Open\n"), HasSubstr("column open twice"));
    HistoryFormat adjusted = daily;
    adjusted.adjusted = true;
    EXPECT_THAT(fault("date,open,high,low,close\n", adjusted), HasSubstr("no column adjclose"));
}

TEST(HistoryFile, leaves_out_rows_that_are_no_proper_bars) {
    const History history = read(
        "date,open,high,low,close,volume\n"
        "2020-01-02,5,6,4,5,1\n"
        "2020-01-03,5,4,4,5,1\n"
        "2020-01-06,5,6,5.5,5,1\n"
        "2020-01-07,5,6,0,5,1\n"
        "2020-01-08,5,6,4,5,-1\n"
        "2020-01-09,5,6,4,null,1\n"
        "2020-01-10,5,6,4,5,1\n");
    EXPECT_EQ(history.bars.size(), 2U);
    ASSERT_EQ(history.invalid.size(), 5U);
    EXPECT_EQ(history.invalid[0].reason, "row 3 has its high 4 below its open 5 or close 5");
    EXPECT_EQ(history.invalid[1].reason, "row 4 has its low 5.5 above its open 5 or close 5");
    EXPECT_EQ(history.invalid[2].reason, "row 5 has a price that is not above 0");
    EXPECT_EQ(history.invalid[3].reason, "row 6 has the negative volume -1");
    EXPECT_EQ(history.invalid[4].reason, "row 7 has no value for close");
}

TEST(HistoryFile, counts_rows_that_are_not_later_than_the_row_before) {
    const History history = read(
        "date,open,high,low,close\n"
        "2020-01-02,1,1,1,1\n"
        "2020-01-02,2,2,2,2\n"
        "2020-01-01,3,3,3,3\n"
        "2020-01-03,4,4,4,4\n"
        "2020-01-04,4,4,4,4\n");
    EXPECT_EQ(history.bars.size(), 3U);
    EXPECT_EQ(history.late, 2U);
}

TEST(HistoryFile, asks_for_a_file_that_runs_backwards_to_be_sorted) {
    EXPECT_THAT(fault("date,open,high,low,close\n"
                      "2020-01-04,1,1,1,1\n2020-01-03,1,1,1,1\n2020-01-02,1,1,1,1\n"),
                HasSubstr("Sort the file"));
}

TEST(HistoryFile, scales_all_prices_by_the_adjusted_close) {
    HistoryFormat adjusted = daily;
    adjusted.adjusted = true;
    const History history =
        read("date,open,high,low,close,adjclose\n2020-01-02,10,12,8,10,5.5\n", adjusted);
    const HistoryBar& bar = history.bars.at(0);
    EXPECT_EQ(bar.open, 5'500'000'000);
    EXPECT_EQ(bar.high, 6'600'000'000);
    EXPECT_EQ(bar.low, 4'400'000'000);
    EXPECT_EQ(bar.close, 5'500'000'000);
}

TEST(HistoryFile, rounds_prices_only_where_asked) {
    HistoryFormat rounding = daily;
    rounding.rounding = Rounding::nearest;
    const History history =
        read("date,open,high,low,close\n2020-01-02,1,1.0000000015,1,1\n", rounding);
    EXPECT_EQ(history.bars.at(0).high, 1'000'000'002);
    EXPECT_EQ(history.rounded, 1U);
}

TEST(HistoryFile, reads_a_million_bars_exactly) {
    std::string text = "time,open,high,low,close,volume\n";
    constexpr int count = 1'000'000;
    text.reserve(std::size_t{count} * 60);
    for (int minute = 0; minute < count; ++minute) {
        const std::int64_t day = std::int64_t{minute / 1440} * nanoseconds_per_day;
        char line[80];
        std::snprintf(line,
                      sizeof line,
                      "%sT%02d:%02d:00Z,1469.25,1478.000001,1438.36,%d.125,100\n",
                      date_text(day).c_str(),
                      minute / 60 % 24,
                      minute % 60,
                      1439 + minute % 39);
        text += line;
    }
    const History history =
        parse_history(text, "bars.csv", HistoryFormat{60 * nanoseconds_per_second});
    ASSERT_EQ(history.bars.size(), std::size_t{count});
    EXPECT_EQ(history.bars.back().open_time,
              (std::int64_t{count} - 1) * 60 * nanoseconds_per_second);
    EXPECT_EQ(history.bars[40].close, 1'440'125'000'000);
}

TEST(HistoryFile, names_a_file_that_cannot_be_read) {
    try {
        static_cast<void>(read_history_file("/nonexistent/bars.csv", daily));
        FAIL() << "nothing failed";
    } catch (const Failure& failed) {
        EXPECT_STREQ(failed.what(),
                     "The history file '/nonexistent/bars.csv' cannot be read: No such file or "
                     "directory.");
    }
    EXPECT_THROW(static_cast<void>(read_history_file("/", daily)), Failure);
}

}  // namespace
}  // namespace drover
