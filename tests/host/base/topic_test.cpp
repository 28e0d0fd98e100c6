// Topics and patterns.
#include "base/topic.hpp"

#include <string>

#include <gtest/gtest.h>

namespace drover {
namespace {

TEST(Topic, is_made_of_visible_tokens_joined_by_dots) {
    EXPECT_TRUE(is_topic("market.bar.SPX.1d"));
    EXPECT_TRUE(is_topic("x"));
    EXPECT_TRUE(is_topic("a.BRK_B-x/y"));
    for (const char* wrong : {"", ".", "a.", ".a", "a..b", "a.*", "a.>", ">", "a b", "a.b\n"}) {
        EXPECT_FALSE(is_topic(wrong)) << '"' << wrong << '"';
    }
    EXPECT_TRUE(is_topic(std::string(200, 'a')));
    EXPECT_FALSE(is_topic(std::string(201, 'a')));
}

TEST(TopicPattern, has_a_star_for_one_token_and_ends_in_an_arrow_for_the_rest) {
    for (const char* right : {">", "*", "a.*", "*.b", "a.>", "a.*.>", "a.b"}) {
        EXPECT_TRUE(is_topic_pattern(right)) << right;
    }
    for (const char* wrong : {"", "a.>.b", ">.a", "a*", "a.b>", "a..>"}) {
        EXPECT_FALSE(is_topic_pattern(wrong)) << '"' << wrong << '"';
    }
}

TEST(TopicPattern, matches_as_nats_matches_subjects) {
    EXPECT_TRUE(topic_matches("a.b", "a.b"));
    EXPECT_TRUE(topic_matches("a.*", "a.b"));
    EXPECT_TRUE(topic_matches("*.b", "a.b"));
    EXPECT_TRUE(topic_matches("a.>", "a.b"));
    EXPECT_TRUE(topic_matches("a.>", "a.b.c"));
    EXPECT_TRUE(topic_matches(">", "a"));
    EXPECT_FALSE(topic_matches("a.>", "a"));
    EXPECT_FALSE(topic_matches("a.*", "a"));
    EXPECT_FALSE(topic_matches("a.*", "a.b.c"));
    EXPECT_FALSE(topic_matches("a.b", "a.bc"));
    EXPECT_FALSE(topic_matches("a", "a.b"));
}

TEST(TopicPattern, covers_a_narrower_pattern) {
    EXPECT_TRUE(pattern_covers("a.>", "a.*"));
    EXPECT_TRUE(pattern_covers("a.>", "a.>"));
    EXPECT_TRUE(pattern_covers("a.>", "a.b.>"));
    EXPECT_TRUE(pattern_covers("a.*", "a.b"));
    EXPECT_FALSE(pattern_covers("a.*", "a.>"));
    EXPECT_FALSE(pattern_covers("a.b", "a.*"));
    EXPECT_FALSE(pattern_covers("a.b.>", "a.>"));
}

TEST(TopicPattern, overlaps_where_one_topic_is_matched_by_both) {
    EXPECT_TRUE(patterns_overlap("a.*", "*.b"));
    EXPECT_TRUE(patterns_overlap("a.>", "*.b.c"));
    EXPECT_FALSE(patterns_overlap("a.*", "b.*"));
    EXPECT_FALSE(patterns_overlap("a.b", "a.b.c"));
    EXPECT_FALSE(patterns_overlap("a.>", "a"));
}

}  // namespace
}  // namespace drover
