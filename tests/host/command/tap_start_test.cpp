/// Where a tap begins in the log, and what it says of topics without a past.
#include "command/tap_start.hpp"

#include <gtest/gtest.h>

#include "base/json_value.hpp"

namespace drover {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t now = 1'795'780'800 * second;  // 2026-11-27T12:00:00Z

std::string refusal_of(const std::string& text, bool is_replay = false) {
    const auto start = parse_tap_start(text, now, is_replay);
    return start ? "it was taken" : start.error().message;
}

TEST(TapStart, is_the_oldest_message_a_position_or_a_moment) {
    EXPECT_EQ(parse_tap_start("start", now, false).value().position, 0U);
    EXPECT_FALSE(parse_tap_start("start", now, false).value().time);
    EXPECT_EQ(parse_tap_start("4711", now, false).value().position, 4711U);
    EXPECT_EQ(parse_tap_start("10m", now, false).value().time, now - 600 * second);
    EXPECT_EQ(parse_tap_start("2026-11-27T11:59:00Z", now, false).value().time, now - 60 * second);
    EXPECT_EQ(parse_tap_start("2008-09-15", now, true).value().time, 1'221'436'800 * second);
}

TEST(TapStart, that_is_no_place_is_refused_with_what_would_be_one) {
    for (const char* const text : {"", "0", "yesterday", "99999999999999999999999", "-5"}) {
        EXPECT_NE(refusal_of(text).find("is no place in the durable log: write `start`"),
                  std::string::npos)
            << text << ": " << refusal_of(text);
    }
}

TEST(TapStart, counts_back_from_now_only_where_messages_have_the_wall_clocks_time) {
    EXPECT_NE(refusal_of("10m", true).find("the fleet has a replay clock"), std::string::npos);
    EXPECT_EQ(refusal_of("10m", false), "it was taken");
}

RecordingNames fleet_with(const std::string& rules) {
    RecordingNames names;
    EXPECT_TRUE(names.add(R"({"fleet":"f","agents":[],"types":[],"rules":)" + rules + "}"));
    return names;
}

TEST(TapStart, says_of_which_topics_there_is_no_past) {
    const auto names = fleet_with(R"([{"pattern":"order.test","delivery":"latest"},
                                      {"pattern":"order.>","delivery":"durable"}])");
    EXPECT_EQ(note_on_past("order.submit.>", names, true), "");
    EXPECT_EQ(note_on_past("order.submit", names, true), "");
    const auto mixed = note_on_past("order.*", names, true);
    EXPECT_NE(mixed.find("of the other topics that 'order.*' matches is shown what is published"),
              std::string::npos)
        << mixed;
    for (const char* const pattern : {"market.>", "order.test"}) {
        EXPECT_NE(note_on_past(pattern, names, true).find("make no topic that"), std::string::npos)
            << pattern;
    }
    EXPECT_NE(note_on_past(">", names, false).find("nothing is there to show"), std::string::npos);
}

}  // namespace
TEST(NoteOnTopics, tells_of_a_pattern_on_which_no_agent_publishes) {
    const Json topics = Json::array({"market.bar.>", "order.*"});
    EXPECT_EQ(note_on_topics("market.>", topics), "");
    EXPECT_EQ(note_on_topics("order.submit", topics), "");
    EXPECT_EQ(note_on_topics("order.submit.SPX", topics),
              "No agent of the fleet publishes on a topic that 'order.submit.SPX' matches; the tap "
              "waits for one that does. They publish on: market.bar.>, order.*.");
}

TEST(NoteOnTopics, says_nothing_where_not_all_topics_are_known) {
    EXPECT_EQ(note_on_topics("nobody.>", nullptr), "");
}

}  // namespace drover
