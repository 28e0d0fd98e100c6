#include "schedule/cron_expression.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local_times.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

CronExpression cron(std::string_view text) {
    auto parsed = CronExpression::parse(text);
    EXPECT_TRUE(parsed.has_value()) << text;
    return parsed.value();
}

TimeZone zone(const std::string& name) {
    return TimeZone::find(name).value();
}

std::string fault_of(std::string_view text) {
    const auto parsed = CronExpression::parse(text);
    return parsed.has_value() ? "none" : parsed.error().message;
}

/// The next moments after a time, as texts.
std::vector<std::string> next(const CronExpression& expression,
                              std::string_view after,
                              int count,
                              const TimeZone& where = {}) {
    std::vector<std::string> moments;
    UnixSeconds time = seconds_of(after);
    while (static_cast<int>(moments.size()) < count) {
        time = expression.next_after(time, where).value();
        moments.push_back(text_of_seconds(time));
    }
    return moments;
}

TEST(CronExpression, takes_numbers_ranges_lists_steps_and_names) {
    EXPECT_THAT(next(cron("30 9 * * 1-5"), "2026-11-27T09:30Z", 2),
                ElementsAre("2026-11-30T09:30:00Z", "2026-12-01T09:30:00Z"));
    EXPECT_THAT(
        next(cron("*/20 8-9 * * *"), "2026-11-27T08:40Z", 3),
        ElementsAre("2026-11-27T09:00:00Z", "2026-11-27T09:20:00Z", "2026-11-27T09:40:00Z"));
    EXPECT_THAT(next(cron("0 0 1 jan,Jul *"), "2026-11-27", 2),
                ElementsAre("2027-01-01T00:00:00Z", "2027-07-01T00:00:00Z"));
    EXPECT_THAT(
        next(cron("5/25 0 * * *"), "2026-11-27", 3),
        ElementsAre("2026-11-27T00:05:00Z", "2026-11-27T00:30:00Z", "2026-11-27T00:55:00Z"));
    EXPECT_EQ(next(cron("0 0 * * 0"), "2026-11-27", 2), next(cron("0 0 * * 7"), "2026-11-27", 2));
    EXPECT_EQ(next(cron("0 0 * * sun"), "2026-11-27", 1), next(cron("0 0 * * 7"), "2026-11-27", 1));
}

TEST(CronExpression, comes_after_the_time_and_not_at_it) {
    EXPECT_THAT(next(cron("* * * * *"), "2026-11-27T10:00Z", 1),
                ElementsAre("2026-11-27T10:01:00Z"));
    EXPECT_EQ(cron("0 10 * * *").last_until(seconds_of("2026-11-27T10:00Z"), {}),
              seconds_of("2026-11-27T10:00Z"));
    EXPECT_EQ(cron("0 10 * * *").last_until(seconds_of("2026-11-27T09:59Z"), {}),
              seconds_of("2026-11-26T10:00Z"));
}

TEST(CronExpression, with_both_day_fields_needs_only_one_to_match) {
    EXPECT_THAT(next(cron("0 0 13 * fri"), "2026-11-01", 4),
                ElementsAre("2026-11-06T00:00:00Z",
                            "2026-11-13T00:00:00Z",
                            "2026-11-20T00:00:00Z",
                            "2026-11-27T00:00:00Z"));
    EXPECT_THAT(next(cron("0 0 13 * *"), "2026-11-01", 2),
                ElementsAre("2026-11-13T00:00:00Z", "2026-12-13T00:00:00Z"));
}

TEST(CronExpression, waits_years_for_29_february) {
    EXPECT_THAT(next(cron("0 0 29 2 *"), "2026-01-01", 2),
                ElementsAre("2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"));
    EXPECT_THAT(next(cron("0 0 29 2 *"), "2096-03-01", 1), ElementsAre("2104-02-29T00:00:00Z"));
}

TEST(CronExpression, that_is_skipped_when_clocks_go_forward_happens_at_the_change) {
    // New York, 2026-03-08: 02:00 becomes 03:00, which is 07:00 UTC.
    EXPECT_THAT(next(cron("30 2 * * *"), "2026-03-07T12:00Z", 2, zone("America/New_York")),
                ElementsAre("2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"));
    EXPECT_THAT(
        next(cron("0,30 2,3 * * *"), "2026-03-08T00:00Z", 3, zone("America/New_York")),
        ElementsAre("2026-03-08T07:00:00Z", "2026-03-08T07:30:00Z", "2026-03-09T06:00:00Z"));
}

TEST(CronExpression, that_comes_twice_when_clocks_go_back_happens_once) {
    // New York, 2026-11-01: 02:00 becomes 01:00, which is 06:00 UTC.
    EXPECT_THAT(next(cron("30 1 * * *"), "2026-10-31T12:00Z", 2, zone("America/New_York")),
                ElementsAre("2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"));
}

TEST(CronExpression, of_every_hour_follows_real_time_through_both_changes) {
    EXPECT_THAT(next(cron("30 * * * *"), "2026-03-08T06:00Z", 2, zone("America/New_York")),
                ElementsAre("2026-03-08T06:30:00Z", "2026-03-08T07:30:00Z"));
    EXPECT_THAT(
        next(cron("30 * * * *"), "2026-11-01T05:00Z", 3, zone("America/New_York")),
        ElementsAre("2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-11-01T07:30:00Z"));
}

TEST(CronExpression, follows_zones_that_change_at_other_times) {
    // Lord Howe Island moves by half an hour: 2026-10-04, 02:00 becomes 02:30.
    EXPECT_THAT(next(cron("15 2 * * *"), "2026-10-03T00:00Z", 2, zone("Australia/Lord_Howe")),
                ElementsAre("2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"));
    EXPECT_THAT(next(cron("0 9 * * *"), "2026-03-28T12:00Z", 1, zone("Europe/Berlin")),
                ElementsAre("2026-03-29T07:00:00Z"));
}

TEST(CronExpression, finds_back_what_it_finds_ahead) {
    const TimeZone new_york = zone("America/New_York");
    for (const char* text : {"30 2 * * *", "*/15 * * * *", "30 1 * * *", "0 0 1 * 1"}) {
        const CronExpression expression = cron(text);
        for (const char* from : {"2026-03-07", "2026-10-31"}) {
            UnixSeconds time = seconds_of(from);
            for (int step = 0; step < 30; ++step) {
                const auto after = expression.next_after(time, new_york);
                ASSERT_TRUE(after.has_value());
                EXPECT_EQ(expression.last_until(*after, new_york), after) << text;
                EXPECT_LE(expression.last_until(*after - 1, new_york).value(), time) << text;
                time = *after;
            }
        }
    }
}

TEST(CronExpression, that_is_none_is_refused_with_the_field_at_fault) {
    EXPECT_THAT(fault_of("30 9 * *"), HasSubstr("write five fields"));
    EXPECT_THAT(fault_of("@daily"), HasSubstr("write five fields"));
    EXPECT_THAT(fault_of("60 9 * * *"), HasSubstr("'60' is no minute: use 0 to 59"));
    EXPECT_THAT(fault_of("0 24 * * *"), HasSubstr("'24' is no hour: use 0 to 23"));
    EXPECT_THAT(fault_of("0 0 0 * *"), HasSubstr("'0' is no day of month: use 1 to 31"));
    EXPECT_THAT(fault_of("0 0 * foo *"), HasSubstr("'foo' is no month: use 1 to 12 or jan to dec"));
    EXPECT_THAT(fault_of("0 0 * * 8"), HasSubstr("'8' is no day of week: use 0 to 7"));
    EXPECT_THAT(fault_of("5-1 0 * * *"), HasSubstr("'5-1' is no minute"));
    EXPECT_THAT(fault_of("*/0 0 * * *"), HasSubstr("'*/0' is no minute"));
    EXPECT_THAT(fault_of("1,,2 0 * * *"), HasSubstr("'1,,2' is no minute"));
    EXPECT_THAT(fault_of("-1 0 * * *"), HasSubstr("'-1' is no minute"));
    EXPECT_THAT(fault_of("0 0 31 2 *"), HasSubstr("never comes"));
}

TEST(TimeZone, that_the_machine_does_not_know_is_refused) {
    const auto found = TimeZone::find("America/Gotham");
    ASSERT_FALSE(found.has_value());
    EXPECT_THAT(found.error().message, HasSubstr("'America/Gotham' is no time zone"));
}

}  // namespace
}  // namespace drover
