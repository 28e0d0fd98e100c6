/// Events as people read them.
#include "command/event_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drover {
namespace {

using testing::HasSubstr;
using testing::Not;

FleetEvent killed() {
    FleetEvent event;
    event.time = 1'764'200'000'120'000'000;
    event.kind = EventKind::transition;
    event.agent = "risk";
    event.state_from = "running";
    event.state = "stopping";
    event.health_from = "healthy";
    event.health = "unknown";
    event.reason = "killed by SIGKILL\nafter 4.1 s";
    event.cause = "process";
    event.pid = 4711;
    return event;
}

TEST(EventText, says_when_who_what_and_why_on_one_line) {
    EXPECT_EQ(EventText(false).line(killed()),
              "2025-11-26T23:33:20.120Z  risk      running -> stopping       killed by SIGKILL "
              "after 4.1 s (pid 4711)");
}

TEST(EventText, writes_control_characters_out) {
    FleetEvent event = killed();
    event.kind = EventKind::kill_switch;
    event.event = "engaged";
    event.reason = "look\x1b[2J here";
    event.cause = "person";
    event.cause_name = "ann\x07";
    const std::string line = EventText(false).line(event);
    EXPECT_THAT(line, HasSubstr("look\\x1b[2J here"));
    EXPECT_THAT(line, HasSubstr("by person ann\\x07"));
}

TEST(EventText, shows_whole_seconds_with_milliseconds_too) {
    FleetEvent event = killed();
    event.time = 1'764'200'000'000'000'000;
    EXPECT_THAT(EventText(false).line(event), HasSubstr("23:33:20.000Z"));
}

TEST(EventText, names_who_is_behind_it) {
    FleetEvent event = killed();
    event.cause = "restart_policy";
    event.cause_name = "on_failure";
    EXPECT_THAT(EventText(false).line(event),
                HasSubstr("(by restart policy on_failure, pid 4711)"));
}

TEST(EventText, tells_losses_and_refusals_with_their_count_topic_and_publisher) {
    FleetEvent event;
    event.kind = EventKind::loss;
    event.agent = "slow";
    event.topic = "test.tick";
    event.publisher = "ticker";
    event.code = "gap";
    event.count = 12;
    event.reason = "they never arrived";
    const std::string line = EventText(false).line(event);
    EXPECT_THAT(line, HasSubstr("slow"));
    EXPECT_THAT(line, HasSubstr("lost 12 (gap)"));
    EXPECT_THAT(line, HasSubstr("they never arrived (on test.tick, of ticker)"));
}

TEST(EventText, keeps_columns_aligned_from_the_longest_name_on) {
    EventText text(false);
    FleetEvent longer = killed();
    longer.agent = "pattern-recognition";
    text.note(longer);
    const std::string one = text.line(killed());
    const std::string other = text.line(longer);
    EXPECT_EQ(one.find("running"), other.find("running"));
}

TEST(EventText, has_colours_only_where_they_are_wanted) {
    FleetEvent event = killed();
    event.state = "failed";
    EXPECT_THAT(EventText(false).line(event), Not(HasSubstr("\x1b[")));
    EXPECT_THAT(EventText(true).line(event), HasSubstr("\x1b[31m"));
}

}  // namespace
}  // namespace drover
