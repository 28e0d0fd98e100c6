/// Of each topic the newest message waits, and every topic has its turn.
#include "router/latest_lane.hpp"

#include <string>

#include <gtest/gtest.h>

namespace drover {
namespace {

QueueEntry entry_of(std::size_t size) {
    return {Frame(size), {}, true, {}, true};
}

TEST(LatestLane, replaces_the_message_of_a_topic_where_it_stands_in_line) {
    LatestLane lane(8);
    EXPECT_FALSE(lane.put("a", entry_of(1)).has_replaced);
    EXPECT_FALSE(lane.put("b", entry_of(2)).has_replaced);
    const auto outcome = lane.put("a", entry_of(3));
    EXPECT_TRUE(outcome.has_replaced);
    EXPECT_FALSE(outcome.dropped);
    EXPECT_EQ(lane.size(), 2U);
    EXPECT_EQ(lane.front().frame.size(), 3U);
    lane.pop();
    EXPECT_EQ(lane.front().frame.size(), 2U);
}

TEST(LatestLane, puts_a_topic_that_has_had_its_turn_at_the_end) {
    LatestLane lane(8);
    (void)lane.put("a", entry_of(1));
    (void)lane.put("b", entry_of(2));
    lane.pop();
    EXPECT_FALSE(lane.put("a", entry_of(3)).has_replaced);
    EXPECT_EQ(lane.front().frame.size(), 2U);
    lane.pop();
    EXPECT_EQ(lane.front().frame.size(), 3U);
    lane.pop();
    EXPECT_TRUE(lane.is_empty());
}

TEST(LatestLane, lets_the_first_in_line_go_where_too_many_topics_wait) {
    LatestLane lane(2);
    (void)lane.put("a", entry_of(1));
    (void)lane.put("b", entry_of(2));
    const auto outcome = lane.put("c", entry_of(3));
    ASSERT_TRUE(outcome.dropped);
    EXPECT_EQ(outcome.dropped->size(), 1U);
    EXPECT_EQ(lane.size(), 2U);
    EXPECT_EQ(lane.reset(), 2U);
    EXPECT_TRUE(lane.is_empty());
    EXPECT_FALSE(lane.put("b", entry_of(4)).has_replaced);
}

}  // namespace
}  // namespace drover
