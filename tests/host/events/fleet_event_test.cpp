/// Events as lines.
#include "events/fleet_event.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "events/occurrence.hpp"

namespace drover {
namespace {

using testing::HasSubstr;

FleetEvent killed() {
    FleetEvent event;
    event.time = 1'764'200'000'123'456'789;
    event.run = 3;
    event.sequence = 17;
    event.kind = EventKind::transition;
    event.event = "process_exited";
    event.agent = "risk";
    event.state_from = "running";
    event.state = "stopping";
    event.health_from = "healthy";
    event.health = "unknown";
    event.reason = "killed by SIGKILL after 4.1 s";
    event.cause = "process";
    event.pid = 4711;
    event.exit = EventExit{std::nullopt, 9, "killed by SIGKILL"};
    return event;
}

TEST(FleetEvent, is_a_line_with_the_keys_that_have_a_value) {
    EXPECT_EQ(to_line(killed()),
              R"({"time":"2025-11-26T23:33:20.123456789Z","time_ns":1764200000123456789,"run":3,)"
              R"("sequence":17,"kind":"transition","event":"process_exited","agent":"risk",)"
              R"("state_from":"running","state":"stopping","health_from":"healthy",)"
              R"("health":"unknown","reason":"killed by SIGKILL after 4.1 s","cause":"process",)"
              R"("pid":4711,"exit":{"signal":9,"text":"killed by SIGKILL"}})");
}

TEST(FleetEvent, is_read_back_as_it_was) {
    FleetEvent event = killed();
    event.topic = "market.bar.SPX";
    event.publisher = "market-data";
    event.count = 12;
    event.code = "gap";
    event.revision = 4;
    event.changed = 5;
    event.epoch = 6;
    event.cause_name = "on_failure";
    const auto read = event_from_line(to_line(event));
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(to_line(*read), to_line(event));
}

TEST(FleetEvent, without_an_agent_says_null) {
    FleetEvent event;
    event.kind = EventKind::kill_switch;
    EXPECT_THAT(to_line(event), HasSubstr(R"("agent":null)"));
}

TEST(FleetEvent, is_not_read_from_a_torn_line_or_of_an_unknown_kind) {
    const std::string line = to_line(killed());
    EXPECT_FALSE(event_from_line(line.substr(0, line.size() / 2)).has_value());
    EXPECT_FALSE(event_from_line("").has_value());
    EXPECT_FALSE(event_from_line("[]").has_value());
    EXPECT_FALSE(event_from_line(R"({"kind":"of tomorrow"})").has_value());
}

TEST(FleetEvent, cuts_what_is_too_long_between_two_characters) {
    FleetEvent event = killed();
    event.reason.clear();
    for (int count = 0; count < 5000; ++count) {
        event.reason += "ä";
    }
    event.topic = std::string(100'000, '\x01');
    event.publisher = std::string(100'000, '\xFF');
    const std::string line = to_line(event);
    EXPECT_LT(line.size(), std::size_t{32} << 10U);
    const auto read = event_from_line(line);
    ASSERT_TRUE(read.has_value());
    EXPECT_TRUE(read->reason.ends_with("ä…"));
}

TEST(FleetEvent, knows_every_kind_by_its_word) {
    for (const EventKind kind : all_event_kinds) {
        EXPECT_EQ(event_kind_from_text(text_of(kind)), kind);
    }
    EXPECT_FALSE(event_kind_from_text("unknown").has_value());
}

TEST(Occurrence, is_read_back_from_the_control_channel) {
    const Occurrence told{EventKind::loss, "slow", "test.tick", "ticker", "gap", "missing", 7};
    const auto read = occurrence_from_json(to_json(told));
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(to_line(to_json(*read)), to_line(to_json(told)));
}

TEST(Occurrence, is_nothing_that_counts_nothing_or_is_of_another_kind) {
    EXPECT_FALSE(occurrence_from_json({{"event", "loss"}, {"count", 0}}).has_value());
    EXPECT_FALSE(occurrence_from_json({{"event", "loss"}, {"count", "many"}}).has_value());
    EXPECT_FALSE(occurrence_from_json({{"event", "transition"}, {"count", 1}}).has_value());
    EXPECT_FALSE(occurrence_from_json({{"event", 5}, {"count", 1}}).has_value());
}

}  // namespace
}  // namespace drover
