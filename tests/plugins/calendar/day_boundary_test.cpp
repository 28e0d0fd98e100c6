// Where one trading day ends and the next begins.
#include "calendar/day_boundary.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drover {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t hour = 3600 * second;
constexpr std::int64_t day = 24 * hour;

/// 2024-03-10T00:00:00Z, the day on which New York's clocks go forward at 07:00Z.
constexpr std::int64_t spring = 1'710'028'800 * second;
/// 2024-11-03T00:00:00Z, the day on which they go back at 06:00Z.
constexpr std::int64_t autumn = 1'730'592'000 * second;

std::string fault_of(const char* text) {
    try {
        (void)DayBoundary(text);
    } catch (const std::invalid_argument& fault) {
        return fault.what();
    }
    return "";
}

TEST(DayBoundary, is_midnight_in_utc_where_nothing_is_said) {
    const DayBoundary boundary;
    EXPECT_EQ(boundary.text(), "00:00 UTC");
    EXPECT_EQ(boundary.last_before(spring + 1), spring);
    EXPECT_EQ(boundary.last_before(spring + 5 * hour), spring);
    EXPECT_EQ(boundary.last_before(spring - 1), spring - day);
}

TEST(DayBoundary, gives_the_moment_of_a_boundary_to_the_day_that_ends_there) {
    EXPECT_EQ(DayBoundary().last_before(spring), spring - day);
    EXPECT_EQ(DayBoundary("17:00").last_before(spring + 17 * hour), spring - 7 * hour);
}

TEST(DayBoundary, follows_daylight_saving_of_its_zone) {
    const DayBoundary boundary("17:00 America/New_York");
    // Winter: 22:00Z; summer: 21:00Z.
    EXPECT_EQ(boundary.last_before(spring), spring - 2 * hour);
    EXPECT_EQ(boundary.last_before(spring + 21 * hour), spring - 2 * hour);
    EXPECT_EQ(boundary.last_before(spring + 21 * hour + 1), spring + 21 * hour);
    EXPECT_EQ(boundary.last_before(spring + 2 * day), spring + day + 21 * hour);
    EXPECT_EQ(boundary.last_before(autumn + 22 * hour), autumn - 3 * hour);
    EXPECT_EQ(boundary.last_before(autumn + 22 * hour + 1), autumn + 22 * hour);
}

TEST(DayBoundary, takes_the_moment_of_the_change_for_a_time_that_is_skipped) {
    const DayBoundary boundary("02:30 America/New_York");
    EXPECT_EQ(boundary.last_before(spring + 8 * hour), spring + 7 * hour);
    EXPECT_EQ(boundary.last_before(spring + 7 * hour), spring - 16 * hour - hour / 2);
}

TEST(DayBoundary, takes_the_first_of_a_time_that_comes_twice) {
    const DayBoundary boundary("01:30 America/New_York");
    EXPECT_EQ(boundary.last_before(autumn + 12 * hour), autumn + 5 * hour + hour / 2);
}

TEST(DayBoundary, answers_the_same_in_any_order_of_questions) {
    const DayBoundary asked("17:00 America/New_York");
    for (const std::int64_t time : {spring + 3 * day, spring, autumn, spring - 40 * day, spring}) {
        EXPECT_EQ(asked.last_before(time), DayBoundary("17:00 America/New_York").last_before(time));
    }
}

TEST(DayBoundary, works_before_1970_and_east_of_greenwich) {
    EXPECT_EQ(DayBoundary().last_before(-1), -day);
    EXPECT_EQ(DayBoundary("09:00 Asia/Tokyo").last_before(spring + 1), spring);
    EXPECT_EQ(DayBoundary("00:30 Asia/Kolkata").last_before(spring), spring - 5 * hour);
}

TEST(DayBoundary, refuses_what_is_no_time_or_no_zone_with_a_sentence) {
    EXPECT_THAT(fault_of("5pm"), HasSubstr("'5pm' is no time of day"));
    EXPECT_THAT(fault_of("24:00"), HasSubstr("no time of day"));
    EXPECT_THAT(fault_of("17:60 UTC"), HasSubstr("no time of day"));
    EXPECT_THAT(fault_of("17:00 America/New_Yrok"), HasSubstr("'America/New_Yrok'"));
}

}  // namespace
}  // namespace drover
