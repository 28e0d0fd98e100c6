#include "schedule/agent_schedule.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local_times.hpp"

namespace drover {
namespace {

using std::chrono::minutes;

AgentSchedule compiled(const ScheduleConfig& config) {
    auto made = AgentSchedule::compile(config);
    if (const auto* const fault = std::get_if<ScheduleFault>(&made)) {
        ADD_FAILURE() << fault->key << ": " << fault->message;
        return {};
    }
    return std::get<AgentSchedule>(std::move(made));
}

ScheduleConfig new_york_sessions() {
    ScheduleConfig config;
    config.calendar = "XNYS";
    return config;
}

ScheduleConfig hours(const std::string& start, const std::string& stop, const std::string& zone) {
    ScheduleConfig config;
    config.start = start;
    config.stop = stop;
    config.timezone = zone;
    return config;
}

/// "open until … / closed, starts …" at a time.
std::string said(const AgentSchedule& schedule, std::string_view time) {
    const ScheduleTimes times = schedule.at(wall(time));
    const auto text = [](const std::optional<std::int64_t>& moment) {
        return moment ? iso_time(*moment) : std::string("never");
    };
    return times.is_open
               ? "open until " + text(times.next_stop) + ", then " + text(times.next_start)
               : "closed until " + text(times.next_start);
}

TEST(AgentSchedule, of_an_exchange_is_open_during_its_sessions) {
    const AgentSchedule schedule = compiled(new_york_sessions());
    EXPECT_EQ(said(schedule, "2026-11-24T14:29:59Z"), "closed until 2026-11-24T14:30:00Z");
    EXPECT_EQ(said(schedule, "2026-11-24T14:30Z"),
              "open until 2026-11-24T21:00:00Z, then 2026-11-25T14:30:00Z");
    EXPECT_EQ(said(schedule, "2026-11-24T21:00Z"), "closed until 2026-11-25T14:30:00Z");
    // Thanksgiving, half a day, a weekend.
    EXPECT_EQ(said(schedule, "2026-11-26T15:00Z"), "closed until 2026-11-27T14:30:00Z");
    EXPECT_EQ(said(schedule, "2026-11-27T15:00Z"),
              "open until 2026-11-27T18:00:00Z, then 2026-11-30T14:30:00Z");
    EXPECT_EQ(said(schedule, "2001-09-11T13:00Z"), "closed until 2001-09-17T13:30:00Z");
}

TEST(AgentSchedule, of_an_exchange_can_begin_before_the_session_and_end_after_it) {
    ScheduleConfig config = new_york_sessions();
    config.lead_in = minutes(15);
    config.lead_out = minutes(30);
    const AgentSchedule schedule = compiled(config);
    EXPECT_EQ(said(schedule, "2026-11-27T14:10Z"), "closed until 2026-11-27T14:15:00Z");
    EXPECT_EQ(said(schedule, "2026-11-27T18:10Z"),
              "open until 2026-11-27T18:30:00Z, then 2026-11-30T14:15:00Z");
}

TEST(AgentSchedule, of_an_exchange_with_the_longest_leads_has_no_gap_in_its_reasoning) {
    ScheduleConfig config = new_york_sessions();
    config.lead_in = std::chrono::hours(8);
    config.lead_out = std::chrono::hours(8);
    const AgentSchedule schedule = compiled(config);
    // The session of Tuesday lasts until 05:00 UTC of Wednesday, whose own begins at 06:30.
    EXPECT_EQ(said(schedule, "2026-11-25T04:59Z"),
              "open until 2026-11-25T05:00:00Z, then 2026-11-25T06:30:00Z");
    EXPECT_EQ(said(schedule, "2026-11-25T05:30Z"), "closed until 2026-11-25T06:30:00Z");
}

TEST(AgentSchedule, of_an_exchange_follows_daylight_saving_in_both_directions) {
    const AgentSchedule schedule = compiled(new_york_sessions());
    EXPECT_EQ(said(schedule, "2026-03-06T22:00Z"), "closed until 2026-03-09T13:30:00Z");
    EXPECT_EQ(said(schedule, "2026-10-30T21:00Z"), "closed until 2026-11-02T14:30:00Z");
}

TEST(AgentSchedule, by_cron_is_open_from_a_start_to_the_next_stop) {
    const AgentSchedule schedule = compiled(hours("0 8 * * 1-5", "0 18 * * 1-5", "Europe/Berlin"));
    EXPECT_EQ(said(schedule, "2026-11-27T06:59Z"), "closed until 2026-11-27T07:00:00Z");
    EXPECT_EQ(said(schedule, "2026-11-27T07:00Z"),
              "open until 2026-11-27T17:00:00Z, then 2026-11-30T07:00:00Z");
    EXPECT_EQ(said(schedule, "2026-11-27T17:00Z"), "closed until 2026-11-30T07:00:00Z");
    // Summer time begins on Sunday, 2026-03-29.
    EXPECT_EQ(said(schedule, "2026-03-27T18:00Z"), "closed until 2026-03-30T06:00:00Z");
}

TEST(AgentSchedule, by_cron_can_last_over_midnight_and_the_weekend) {
    const AgentSchedule schedule = compiled(hours("0 22 * * 0", "0 21 * * 5", "UTC"));
    EXPECT_EQ(said(schedule, "2026-11-25T00:00Z"),
              "open until 2026-11-27T21:00:00Z, then 2026-11-29T22:00:00Z");
    EXPECT_EQ(said(schedule, "2026-11-28T00:00Z"), "closed until 2026-11-29T22:00:00Z");
}

TEST(AgentSchedule, by_cron_is_closed_at_a_moment_that_both_starts_and_stops) {
    const AgentSchedule schedule = compiled(hours("0 */2 * * *", "0 4,5 * * *", "UTC"));
    EXPECT_EQ(said(schedule, "2026-11-27T04:00Z"), "closed until 2026-11-27T06:00:00Z");
    EXPECT_EQ(said(schedule, "2026-11-27T03:00Z"),
              "open until 2026-11-27T04:00:00Z, then 2026-11-27T06:00:00Z");
}

TEST(AgentSchedule, of_hours_passes_over_months_of_moments_that_stop_it_as_well) {
    const AgentSchedule schedule = compiled(hours("* * * * *", "* * * 1-11 *", "Europe/Berlin"));
    EXPECT_EQ(said(schedule, "2026-01-05T12:00Z"), "closed until 2026-11-30T23:00:00Z");
    const AgentSchedule leap =
        compiled(hours("0 12 * * *", "0 12 1-28,30,31 * *", "Europe/Berlin"));
    EXPECT_EQ(said(leap, "2026-01-29T12:00Z"),
              "open until 2026-01-30T11:00:00Z, then 2026-03-29T10:00:00Z");
}

TEST(AgentSchedule, of_jobs_names_the_next_one_and_is_never_open) {
    ScheduleConfig config;
    config.cron = "30 6 * * *";
    const AgentSchedule schedule = compiled(config);
    EXPECT_TRUE(schedule.is_of_jobs());
    EXPECT_EQ(said(schedule, "2026-11-27T06:30Z"), "closed until 2026-11-28T06:30:00Z");
}

TEST(AgentSchedule, differs_in_text_when_it_differs) {
    ScheduleConfig early = new_york_sessions();
    early.lead_in = minutes(15);
    EXPECT_NE(compiled(new_york_sessions()).text(), compiled(early).text());
    EXPECT_EQ(compiled(early).text(), "XNYS, regular session, 900 s before");
    EXPECT_EQ(compiled(hours("0 8 * * *", "0 9 * * *", "UTC")).text(),
              "from 0 8 * * * to 0 9 * * * UTC");
}

}  // namespace
}  // namespace drover
