#include "daemon/schedule_watch.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/message_type.hpp"
#include "base/time_text.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t second = 1'000'000'000;

std::int64_t time_at(std::string_view text) {
    return parse_time_text(text).value();
}

/// An agent that runs during New York sessions, and one that reports at 06:30 UTC each day.
FleetConfig desk() {
    FleetConfig fleet;
    AgentConfig& trader = fleet.agents.emplace_back();
    trader.name = "trader";
    trader.schedule.emplace().calendar = "XNYS";
    AgentConfig& report = fleet.agents.emplace_back();
    report.name = "report";
    report.schedule.emplace().cron = "30 6 * * *";
    fleet.agents.emplace_back().name = "broker";
    return fleet;
}

/// What a look tells: "trader start", "report start", "trader stop"; news of times alone are left
/// out.
std::vector<std::string> told(ScheduleWatch& watch, std::int64_t time) {
    std::vector<std::string> texts;
    for (const ScheduleEdge& edge : watch.look(time)) {
        if (edge.kind != ScheduleEdge::Kind::none) {
            texts.push_back(edge.name +
                            (edge.kind == ScheduleEdge::Kind::start ? " start" : " stop"));
        }
    }
    return texts;
}

std::vector<std::string> told(ScheduleWatch& watch, std::string_view time) {
    return told(watch, time_at(time));
}

ScheduleWatch watch_from(std::string_view time) {
    ScheduleWatch watch;
    watch.watch(desk(), time_at(time));
    (void)watch.look(time_at(time));
    return watch;
}

TEST(ScheduleWatch, knows_how_each_agent_stands) {
    const ScheduleWatch watch = watch_from("2026-11-27T15:00Z");
    ASSERT_TRUE(watch.standing_of("trader"));
    EXPECT_TRUE(watch.standing_of("trader")->is_open);
    EXPECT_EQ(watch.standing_of("trader")->next_stop, time_at("2026-11-27T18:00Z"));
    EXPECT_FALSE(watch.standing_of("report")->is_open);
    EXPECT_TRUE(watch.standing_of("report")->is_job);
    EXPECT_FALSE(watch.standing_of("broker"));
    EXPECT_EQ(watch.next_moment(), time_at("2026-11-27T18:00Z"));
}

TEST(ScheduleWatch, tells_each_moment_once) {
    ScheduleWatch watch = watch_from("2026-11-27T06:00Z");
    EXPECT_THAT(told(watch, time_at("2026-11-27T06:30Z") - 1), IsEmpty());
    EXPECT_THAT(told(watch, "2026-11-27T06:30Z"), ElementsAre("report start"));
    EXPECT_THAT(told(watch, "2026-11-27T06:30:01Z"), IsEmpty());
    EXPECT_THAT(told(watch, "2026-11-27T14:30Z"), ElementsAre("trader start"));
    EXPECT_THAT(told(watch, "2026-11-27T18:00:00.05Z"), ElementsAre("trader stop"));
    EXPECT_EQ(watch.standing_of("trader")->next_start, time_at("2026-11-30T14:30Z"));
}

TEST(ScheduleWatch, after_a_jump_ahead_tells_what_holds_now_and_of_missed_jobs_one) {
    ScheduleWatch watch = watch_from("2026-11-23T06:00Z");
    EXPECT_THAT(told(watch, "2026-11-27T15:00Z"), ElementsAre("report start", "trader start"));
    // A night passes between two looks: the trader is where it was.
    EXPECT_THAT(told(watch, "2026-11-30T15:00Z"), ElementsAre("report start"));
    EXPECT_EQ(watch.standing_of("trader")->next_stop, time_at("2026-11-30T21:00Z"));
}

TEST(ScheduleWatch, after_a_jump_back_follows_the_new_time) {
    ScheduleWatch watch = watch_from("2026-11-27T15:00Z");
    EXPECT_THAT(told(watch, "2026-11-27T06:00Z"), ElementsAre("trader stop"));
    EXPECT_THAT(told(watch, "2026-11-27T06:30Z"), ElementsAre("report start"));
}

TEST(ScheduleWatch, waits_for_a_clock_that_is_corrected_by_little) {
    ScheduleWatch watch = watch_from("2026-11-27T14:29:59Z");
    EXPECT_THAT(told(watch, "2026-11-27T14:30:01Z"), ElementsAre("trader start"));
    EXPECT_THAT(told(watch, time_at("2026-11-27T14:30Z") - second), IsEmpty());
    EXPECT_THAT(told(watch, "2026-11-27T14:30:02Z"), IsEmpty());
}

TEST(ScheduleWatch, keeps_what_it_has_not_told_yet_when_a_new_file_is_taken) {
    ScheduleWatch watch = watch_from("2026-11-27T14:29Z");
    FleetConfig next = desk();
    next.agents[1].schedule->cron = "0 15 * * *";
    watch.watch(next, time_at("2026-11-27T14:31Z"));
    EXPECT_EQ(watch.standing_of("report")->next_start, time_at("2026-11-27T15:00Z"));
    EXPECT_THAT(told(watch, "2026-11-27T14:31Z"), ElementsAre("trader start"));
    next.agents[0].schedule.reset();
    watch.watch(next, time_at("2026-11-27T14:32Z"));
    EXPECT_FALSE(watch.standing_of("trader"));
}

}  // namespace
}  // namespace drover
