// Names of agents and help for slips.
#include "base/names.hpp"

#include <array>

#include <gtest/gtest.h>

namespace drover {
namespace {

const std::array<std::string, 3> known{"market-data", "broker", "risk"};

TEST(AgentName, begins_with_a_letter_and_has_plain_characters) {
    EXPECT_TRUE(is_agent_name("market-data"));
    EXPECT_TRUE(is_agent_name("name.1"));
    for (const char* wrong : {"", "1a", "-a", "A", "a b", "a/b", "ä"}) {
        EXPECT_FALSE(is_agent_name(wrong)) << wrong;
    }
    EXPECT_FALSE(is_agent_name(std::string(49, 'a')));
}

TEST(ClosestName, finds_a_slip_and_nothing_far_away) {
    EXPECT_EQ(closest_name("riks", known), "risk");
    EXPECT_EQ(closest_name("rkis", known), std::nullopt);
    EXPECT_EQ(closest_name("rsk", known), "risk");
    EXPECT_EQ(closest_name("market_data", known), "market-data");
    EXPECT_EQ(closest_name("gateway", known), std::nullopt);
}

TEST(DidYouMean, is_a_sentence_or_nothing) {
    EXPECT_EQ(did_you_mean("brker", known), " Did you mean 'broker'?");
    EXPECT_EQ(did_you_mean("gateway", known), "");
}

TEST(LogNames, of_an_instance_and_of_an_older_part_never_meet) {
    EXPECT_EQ(log_stem_of("broker"), "broker");
    EXPECT_EQ(log_stem_of("broker.1"), "broker@1");
    EXPECT_EQ(log_stem_of("broker.1.2"), "broker.1@2");
    EXPECT_EQ(log_stem_of("broker.v2"), "broker.v2");
    for (const char* name : {"broker", "broker.1", "broker.1.2", "broker.v2", "drover-router"}) {
        EXPECT_EQ(agent_of_log_stem(log_stem_of(name)), name);
    }
}

}  // namespace
}  // namespace drover
