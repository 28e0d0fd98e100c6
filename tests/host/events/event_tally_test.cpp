/// Floods of refusals and losses become a line a second.
#include "events/event_tally.hpp"

#include <string>

#include <gtest/gtest.h>

namespace drover {
namespace {

using namespace std::chrono_literals;

Noted lost(std::string_view topic, std::string_view agent = "slow") {
    return {EventKind::loss, agent, topic, "fast", "queue_full", "too slow"};
}

TEST(EventTally, tells_the_first_at_once_and_the_next_ones_of_a_second_together) {
    EventTally tally;
    const Monotonic start{10s};
    EXPECT_TRUE(tally.note(lost("a")));
    EXPECT_LE(*tally.deadline(), start);
    auto due = tally.take_due(start);
    ASSERT_EQ(due.size(), 1U);
    EXPECT_EQ(due[0].count, 1U);
    EXPECT_EQ(due[0].agent, "slow");
    EXPECT_EQ(due[0].publisher, "fast");
    EXPECT_FALSE(tally.deadline().has_value());
    for (int count = 0; count < 1000; ++count) {
        tally.note(lost("a"));
    }
    EXPECT_EQ(*tally.deadline(), start + 1s);
    EXPECT_TRUE(tally.take_due(start + 999ms).empty());
    due = tally.take_due(start + 1s);
    ASSERT_EQ(due.size(), 1U);
    EXPECT_EQ(due[0].count, 1000U);
}

TEST(EventTally, counts_each_topic_agent_and_code_by_itself) {
    EventTally tally;
    tally.note(lost("a"), 2);
    tally.note(lost("b"), 3);
    tally.note(lost("a", "other"), 4);
    tally.note({EventKind::refusal, "slow", "a", {}, "denied", "no port"}, 5);
    const auto due = tally.take_due(Monotonic{10s});
    ASSERT_EQ(due.size(), 4U);
    std::uint64_t all = 0;
    for (const Occurrence& occurrence : due) {
        all += occurrence.count;
    }
    EXPECT_EQ(all, 14U);
}

TEST(EventTally, forgets_what_has_been_quiet_for_a_second) {
    EventTally tally;
    tally.note(lost("a"));
    EXPECT_EQ(tally.take_due(Monotonic{10s}).size(), 1U);
    EXPECT_TRUE(tally.take_due(Monotonic{12s}).empty());
    tally.note(lost("a"));
    EXPECT_EQ(tally.take_due(Monotonic{12s}).size(), 1U) << "the first again is told at once";
}

TEST(EventTally, tells_of_many_topics_in_bounded_lines_and_loses_no_count) {
    EventTally tally;
    for (int topic = 0; topic < 10'000; ++topic) {
        tally.note(lost("topic." + std::to_string(topic), "agent" + std::to_string(topic)));
    }
    std::uint64_t all = 0;
    const auto due = tally.take_due(Monotonic{10s});
    for (const Occurrence& occurrence : due) {
        all += occurrence.count;
    }
    EXPECT_EQ(all, 10'000U);
    EXPECT_LE(due.size(), 2 * EventTally::most_entries + 2);
    EXPECT_TRUE(due.back().topic.empty());
}

TEST(EventTally, hands_over_all_of_it_at_the_end) {
    EventTally tally;
    tally.note(lost("a"));
    (void)tally.take_due(Monotonic{10s});
    tally.note(lost("a"), 6);
    const auto rest = tally.take_all();
    ASSERT_EQ(rest.size(), 1U);
    EXPECT_EQ(rest[0].count, 6U);
    EXPECT_FALSE(tally.deadline().has_value());
}

}  // namespace
}  // namespace drover
