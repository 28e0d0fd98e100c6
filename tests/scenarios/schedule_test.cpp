// Agents that run by a schedule, on the machine's own clock.
#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

// Open but for one minute of a year, and for one hour every four years.
constexpr const char* nearly_always =
    R"({start: "0 0 * * *", stop: "59 23 31 12 *", timezone: America/New_York})";
constexpr const char* hardly_ever = R"({start: "0 0 29 2 *", stop: "0 1 29 2 *"})";

bool schedule_says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string scheduled_agent(const std::string& name,
                            const std::string& kind,
                            const std::string& schedule) {
    return "  " + name + ": {plugin: @behaving@, agent: " + kind +
           (schedule.empty() ? "" : ", schedule: " + schedule) + "}\n";
}

TEST(Schedule, starts_who_is_inside_and_leaves_down_who_is_outside) {
    FleetUnderTest fleet;
    fleet.write_agents(scheduled_agent("day", "quiet", nearly_always) +
                       scheduled_agent("leap", "quiet", hardly_ever));
    fleet.up();
    const auto status = fleet.status();
    ASSERT_TRUE(status);
    EXPECT_TRUE((*status)["day"].is_well()) << status->text;
    EXPECT_EQ((*status)["leap"].state, "scheduled");
    EXPECT_FALSE((*status)["leap"].pid);
    EXPECT_TRUE(schedule_says((*status)["leap"].reason, "outside its schedule; starts 20"))
        << status->text;
    EXPECT_TRUE(schedule_says((*status)["leap"].reason, "-02-29 00:00 UTC")) << status->text;
    EXPECT_TRUE(schedule_says(status->text, R"("open": false)")) << status->text;
    const ProgramResult described = fleet.drover({"describe", "leap"});
    EXPECT_TRUE(schedule_says(described.output, "next_start")) << described.text();
    EXPECT_EQ(fleet.drover({"is-ready"}).exit_code, 0);
    fleet.down();
}

TEST(Schedule, is_followed_when_a_new_file_brings_or_takes_it) {
    FleetUnderTest fleet;
    fleet.write_agents(scheduled_agent("ticker", "ticker", "") +
                       scheduled_agent("listener", "listener", ""));
    fleet.up();
    const auto before = fleet.status();
    fleet.write_agents(scheduled_agent("ticker", "ticker", "") +
                       scheduled_agent("listener", "listener", hardly_ever));
    EXPECT_EQ(fleet.drover({"apply"}).exit_code, 0);
    EXPECT_TRUE(fleet.reaches(
        "listener", [](const AgentStatus& now) { return now.state == "scheduled" && !now.pid; }));
    fleet.write_agents(scheduled_agent("ticker", "ticker", "") +
                       scheduled_agent("listener", "listener", ""));
    EXPECT_EQ(fleet.drover({"apply"}).exit_code, 0);
    EXPECT_TRUE(fleet.gets_well());
    EXPECT_TRUE(fleet.hears_more("listener"));
    const auto after = fleet.status();
    ASSERT_TRUE(before && after);
    EXPECT_EQ((*before)["ticker"].pid, (*after)["ticker"].pid);
    EXPECT_EQ((*before)["drover-router"].pid, (*after)["drover-router"].pid);
}

TEST(Schedule, gives_way_to_a_person_and_keeps_dependents_waiting) {
    FleetUnderTest fleet;
    fleet.write_agents(scheduled_agent("leap", "quiet", hardly_ever) +
                       "  desk: {plugin: @behaving@, agent: quiet, depends_on: [leap]}\n");
    fleet.up();
    EXPECT_TRUE(fleet.reaches("desk", [](const AgentStatus& now) {
        return now.state == "waiting" && schedule_says(now.reason, "it is scheduled");
    }));
    EXPECT_EQ(fleet.drover({"start", "leap"}).exit_code, 0);
    EXPECT_TRUE(fleet.gets_well());
    EXPECT_EQ(fleet.drover({"stop", "leap"}).exit_code, 0);
    EXPECT_TRUE(fleet.reaches("leap", [](const AgentStatus& now) {
        return now.state == "stopped" &&
               schedule_says(now.reason, "its schedule does not start it until a person does");
    }));
}

TEST(Schedule, with_a_fault_in_it_starts_nothing_and_says_where) {
    FleetUnderTest fleet;
    fleet.write("agents.yaml",
                fleet.filled_in("agents:\n  day:\n    plugin: @behaving@\n    agent: quiet\n"
                                "    schedule: {cron: \"61 9 * * *\"}\n"));
    const ProgramResult validated = fleet.drover({"validate"});
    EXPECT_EQ(validated.exit_code, 1);
    EXPECT_TRUE(schedule_says(validated.text(), "agents.yaml:5:")) << validated.text();
    EXPECT_TRUE(schedule_says(validated.text(), "'61' is no minute: use 0 to 59"))
        << validated.text();
    EXPECT_EQ(fleet.drover({"up", "-d"}).exit_code, 1);
    EXPECT_TRUE(fleet.processes().empty());
}

TEST(Schedule, of_every_minute_starts_a_job_when_the_minute_comes) {
    FleetUnderTest fleet;
    fleet.write_agents(scheduled_agent("ticker", "ticker", "") +
                       "  job: {plugin: @endings@, agent: complete, schedule: "
                       "{cron: \"* * * * *\"}}\n");
    fleet.up();
    EXPECT_TRUE(eventually(
        [&] {
            const auto now = fleet.status();
            return now && (*now)["job"].state == "completed" &&
                   schedule_says((*now)["job"].reason, "its schedule starts it");
        },
        std::chrono::seconds(120)));
    // It may have been the next minute right after the start; it waited for it all the same.
    const ProgramResult events =
        fleet.drover({"events", "job", "--kind", "transition", "-o", "json"});
    EXPECT_TRUE(schedule_says(events.output, R"("state_from":"scheduled")")) << events.text();
}

}  // namespace
}  // namespace drover::scenarios
