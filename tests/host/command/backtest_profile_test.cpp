/// What `drover backtest --profile` shows.
#include "command/backtest_profile.hpp"

#include <gtest/gtest.h>

#include "base/json_value.hpp"

namespace drover::test {

const Json profile = {
    {"steps", 610},
    {"sampled_steps", 10},
    {"reading_nanoseconds", 25.0},
    {"parts",
     {{{"kind", "preparation"}, {"name", "market-data"}, {"count", 1}, {"seconds", 1e-5}},
      {{"kind", "callbacks"}, {"name", "risk"}, {"count", 400}, {"seconds", 2e-5}},
      {{"kind", "host"}, {"name", "queue"}, {"count", 610}, {"seconds", 1e-5}}}}};

TEST(BacktestProfile, shows_each_part_by_bar_and_by_share) {
    EXPECT_EQ(profile_table(profile, 100),
              "\n"
              "PART                        COUNT  NS EACH  NS PER BAR  SHARE\n"
              "preparation of market-data      -        -       100.0  25.0 %\n"
              "callbacks of risk             400     50.0       200.0  50.0 %\n"
              "queue                         610     16.4       100.0  25.0 %\n"
              "in all                          -        -       400.0  100.0 %\n"
              "\n"
              "One step in 61 was timed (10 of 610), preparations whole; reading the clock costs "
              "25.0 ns and is taken off.\n");
}

TEST(BacktestProfile, counts_by_step_where_nobody_counted_bars) {
    const std::string table = profile_table(profile, 0);
    EXPECT_NE(table.find("NS PER STEP"), std::string::npos) << table;
    EXPECT_NE(table.find("in all                          -        -         65.6"),
              std::string::npos)
        << table;
}

}  // namespace drover::test
