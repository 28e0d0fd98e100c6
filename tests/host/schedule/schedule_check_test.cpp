#include "schedule/schedule_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// The faults of a file that the config room takes.
std::vector<std::string> faults(const std::string& schedule) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(
        folder.load("agents:\n  risk:\n    plugin: risk\n    schedule: " + schedule + "\n"));
    std::vector<Fault> found;
    check_schedules(fleet, found);
    return folder.shown(found);
}

TEST(ScheduleCheck, takes_calendars_and_cron_expressions) {
    EXPECT_THAT(faults("{calendar: XNYS, session: regular, lead_in: 15m}"), IsEmpty());
    EXPECT_THAT(faults("{start: 0 8 * * 1-5, stop: 0 18 * * 1-5, timezone: Europe/Berlin}"),
                IsEmpty());
    EXPECT_THAT(faults("{cron: 30 6 * * *}"), IsEmpty());
}

TEST(ScheduleCheck, names_the_place_of_what_means_nothing) {
    EXPECT_THAT(faults("{calendar: XNYZ}"),
                ElementsAre(StartsWith("4:26: agent 'risk': schedule: 'calendar': 'XNYZ' is no "
                                       "calendar")));
    EXPECT_THAT(faults("{cron: 30 25 * * *}"),
                ElementsAre(StartsWith("4:22: agent 'risk': schedule: 'cron': '25' is no hour")));
    EXPECT_THAT(faults("{start: 0 8 * * *, stop: 0 9 30 2 *}"),
                ElementsAre(StartsWith("4:40: agent 'risk': schedule: 'stop': '0 9 30 2 *' never "
                                       "comes")));
    EXPECT_THAT(faults("{cron: 0 8 * * *, timezone: Europe/Gotham}"),
                ElementsAre(HasSubstr("'timezone': 'Europe/Gotham' is no time zone")));
}

TEST(ScheduleCheck, refuses_hours_that_end_whenever_they_begin) {
    // Who looked for the next start of such a one would look for ever.
    EXPECT_THAT(faults("{start: 0 8 * * *, stop: 0 8 * * *}"),
                ElementsAre(StartsWith("4:40: agent 'risk': schedule: 'stop': '0 8 * * *' comes "
                                       "whenever 'start' comes")));
    EXPECT_THAT(faults("{start: 0 8 * * 1, stop: 0 */2 * * 1-5}"),
                ElementsAre(HasSubstr("it would never run")));
    EXPECT_THAT(faults("{start: 0 8 * * 1-6, stop: 0 */2 * * 1-5}"), IsEmpty());
    EXPECT_THAT(faults("{start: \"0 8,9 * * *\", stop: 0 */2 * * *}"), IsEmpty());
}

}  // namespace
}  // namespace drover
