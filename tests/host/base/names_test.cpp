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

}  // namespace
}  // namespace drover
