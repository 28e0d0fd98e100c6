// Rows of generated bars, and that the history provider reads them.
#include "bar_generator/bar_rows.hpp"

#include <gtest/gtest.h>

#include "market_data/history_file.hpp"
#include "market_data/timestamp.hpp"

namespace drover {
namespace {

constexpr std::int64_t new_year = 946'684'800;  // 2000-01-01T00:00:00Z

TEST(BarRows, write_times_in_utc_and_prices_with_two_decimals) {
    BarRows rows;
    std::string text;
    rows.append(text, new_year - 1, {10'000, 10'010, 9'999, 10'005, 42});
    rows.append(text, new_year, {99, 101, 7, 100, 1});
    rows.append(text, new_year + 34'200, {100, 100, 100, 100, 2'000'000});
    EXPECT_EQ(text,
              "1999-12-31T23:59:59Z,100.00,100.10,99.99,100.05,42\n"
              "2000-01-01T00:00:00Z,0.99,1.01,0.07,1.00,1\n"
              "2000-01-01T09:30:00Z,1.00,1.00,1.00,1.00,2000000\n");
}

TEST(BarRows, are_read_back_by_the_history_provider) {
    BarWalk walk(1, 10'000, 60);
    BarRows rows;
    std::string text(BarRows::header);
    for (std::int64_t minute = 0; minute < 3000; ++minute) {
        rows.append(text, new_year + 60 * minute, walk.next());
    }
    const History history = parse_history(text, "made.csv", {60 * nanoseconds_per_second});
    EXPECT_EQ(history.bars.size(), 3000U);
    EXPECT_TRUE(history.invalid.empty());
    EXPECT_TRUE(history.has_volume);
    EXPECT_EQ(history.bars.back().open_time, (new_year + 60 * 2999) * nanoseconds_per_second);
}

}  // namespace
}  // namespace drover
