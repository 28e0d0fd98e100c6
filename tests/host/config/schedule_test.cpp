#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> schedule_faults(const std::string& schedule,
                                         const std::string& more = "") {
    const ConfigFolder folder;
    return folder.faults("agents:\n  risk:\n    plugin: risk\n    schedule: " + schedule + "\n" +
                         more);
}

ScheduleConfig schedule_of(const std::string& text) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(
        folder.load("agents: {risk: {plugin: risk, schedule: " + text + "}}"));
    return fleet.agents.at(0).schedule.value();
}

TEST(ScheduleSection, is_absent_unless_it_is_written) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load("agents: {risk: {plugin: risk}}"));
    EXPECT_FALSE(fleet.agents.at(0).schedule.has_value());
}

TEST(ScheduleSection, reads_each_of_its_kinds) {
    const ScheduleConfig calendar =
        schedule_of("{calendar: XNYS, session: regular, lead_in: 15m, lead_out: 1h}");
    EXPECT_EQ(calendar.calendar, "XNYS");
    EXPECT_EQ(calendar.lead_in, minutes(15));
    EXPECT_EQ(calendar.lead_out, minutes(60));
    const ScheduleConfig opening_hours =
        schedule_of("{start: 0 8 * * 1-5, stop: 0 18 * * 1-5, timezone: Europe/Berlin}");
    EXPECT_EQ(opening_hours.start, "0 8 * * 1-5");
    EXPECT_EQ(opening_hours.stop, "0 18 * * 1-5");
    EXPECT_EQ(opening_hours.timezone, "Europe/Berlin");
    const ScheduleConfig job = schedule_of("{cron: 30 6 * * *, run_on_start: yes}");
    EXPECT_EQ(job.cron, "30 6 * * *");
    EXPECT_EQ(job.timezone, "UTC");
    EXPECT_TRUE(job.run_on_start);
}

TEST(ScheduleSection, needs_exactly_one_kind) {
    EXPECT_THAT(schedule_faults("{}"),
                ElementsAre(HasSubstr("4:5: agent 'risk': schedule: 'schedule' needs "
                                      "exactly one of 'calendar', 'start'")));
    EXPECT_THAT(schedule_faults("{calendar: XNYS, cron: 0 1 * * *}"),
                ElementsAre(HasSubstr("needs exactly one of")));
    EXPECT_THAT(schedule_faults("XNYS"), ElementsAre(HasSubstr("4:15: agent 'risk': schedule")));
    EXPECT_THAT(schedule_faults("{start: 0 8 * * *}"),
                ElementsAre(HasSubstr("'start' needs 'stop'")));
}

TEST(ScheduleSection, refuses_keys_of_another_kind) {
    EXPECT_THAT(schedule_faults("{cron: 0 1 * * *, lead_in: 5m}"),
                ElementsAre(HasSubstr("4:42: agent 'risk': schedule: 'lead_in' has a meaning only "
                                      "with 'calendar'.")));
    EXPECT_THAT(schedule_faults("{calendar: XNYS, run_on_start: true}"),
                ElementsAre(HasSubstr("'run_on_start' has a meaning only with 'cron'.")));
    EXPECT_THAT(schedule_faults("{calendar: XNYS, timezone: UTC}"),
                ElementsAre(HasSubstr("'timezone' has no meaning with 'calendar'")));
    EXPECT_THAT(schedule_faults("{calendar: XNYS, stop: 0 1 * * *}"),
                ElementsAre(HasSubstr("'stop' has a meaning only with 'start'.")));
}

TEST(ScheduleSection, refuses_what_is_out_of_range_or_no_unit) {
    EXPECT_THAT(schedule_faults("{calendar: XNYS, lead_in: 9h}"),
                ElementsAre(HasSubstr("at most 8h")));
    EXPECT_THAT(schedule_faults("{calendar: XNYS, lead_out: 1500ms}"),
                ElementsAre(HasSubstr("whole seconds")));
    EXPECT_THAT(schedule_faults("{calendar: XNYS, lead_in: 15}"),
                ElementsAre(HasSubstr("'lead_in'")));
    EXPECT_THAT(schedule_faults("{calendar: XNYS, session: extended}"),
                ElementsAre(HasSubstr("'session' takes regular")));
    EXPECT_THAT(schedule_faults("{calender: XNYS}"),
                testing::Contains(HasSubstr("Did you mean 'calendar'?")));
}

TEST(ScheduleSection, refuses_a_policy_under_which_a_job_would_never_be_done) {
    EXPECT_THAT(schedule_faults("{cron: 0 1 * * *}", "    restart: always\n"),
                ElementsAre(HasSubstr("and 'restart: always' starts it again at once")));
    EXPECT_THAT(schedule_faults("{cron: 0 1 * * *}", "    restart: \"no\"\n"), IsEmpty());
}

}  // namespace
}  // namespace drover
