// Periods of bars: which day and which week a session belongs to.
#include "indicators/bar_periods.hpp"

#include <gtest/gtest.h>

#include "tests/plugins/spans.hpp"

namespace drover {
namespace {

TEST(BarPeriods, of_a_day_begin_at_midnight_utc) {
    EXPECT_EQ(period_start(PeriodMode::day, 0), 0);
    EXPECT_EQ(period_start(PeriodMode::day, day - 1), 0);
    EXPECT_EQ(period_start(PeriodMode::day, day), day);
    EXPECT_EQ(period_start(PeriodMode::day, -1), -day);
}

TEST(BarPeriods, of_several_days_begin_on_monday) {
    // 1970-01-01 was a Thursday.
    EXPECT_EQ(period_start(PeriodMode::multiday, 0), -3 * day);
    EXPECT_EQ(period_start(PeriodMode::multiday, 4 * day - 1), -3 * day) << "Sunday night";
    EXPECT_EQ(period_start(PeriodMode::multiday, 4 * day), 4 * day) << "Monday";
    EXPECT_EQ(period_start(PeriodMode::multiday, -3 * day - 1), -10 * day);
    constexpr std::int64_t first_monday_of_2000 = 10'959 * day;  // 2000-01-03
    EXPECT_EQ(period_start(PeriodMode::multiday, first_monday_of_2000 + 15 * hour),
              first_monday_of_2000);
}

TEST(BarPeriods, cross_the_new_year_within_a_week) {
    constexpr std::int64_t last_monday = 18'260 * day;  // 2019-12-30
    EXPECT_EQ(period_start(PeriodMode::multiday, last_monday + 2 * day), last_monday)
        << "2020-01-01";
}

TEST(BarPeriods, have_names_that_lead_back) {
    for (const PeriodMode mode : {PeriodMode::day, PeriodMode::multiday}) {
        EXPECT_EQ(period_mode(period_name(mode)), mode);
    }
    EXPECT_EQ(period_mode("swing"), std::nullopt);
}

}  // namespace
}  // namespace drover
