// Which changes of the topic rules an engaged kill switch does not allow.
#include "config/lost_gates.hpp"

#include <utility>

#include <gmock/gmock.h>

namespace drover {
namespace {

using testing::HasSubstr;

FleetConfig rules(const std::vector<std::pair<const char*, bool>>& patterns) {
    FleetConfig config;
    config.file = "agents.yaml";
    int line = 3;
    for (const auto& [pattern, gated] : patterns) {
        TopicRule rule;
        rule.pattern = pattern;
        rule.gated = gated;
        rule.place = {"agents.yaml", line++, 3};
        config.topics.push_back(std::move(rule));
    }
    return config;
}

const FleetConfig orders_gated = rules({{"order.cancel.>", false}, {"order.>", true}});

std::vector<std::string> lost_with(const FleetConfig& after) {
    std::vector<std::string> texts;
    for (const Fault& fault : find_lost_gates(orders_gated, after)) {
        texts.push_back(fault.text());
    }
    return texts;
}

TEST(LostGates, are_none_where_all_that_was_gated_still_is) {
    EXPECT_TRUE(lost_with(orders_gated).empty());
    EXPECT_TRUE(lost_with(rules({{"order.>", true}})).empty());
    EXPECT_TRUE(lost_with(rules({{">", true}})).empty());
    EXPECT_TRUE(lost_with(rules({{"market.>", false}, {"order.>", true}, {">", false}})).empty());
    EXPECT_TRUE(lost_with(rules({{"order.submit.>", true}, {"order.>", true}})).empty());
}

TEST(LostGates, are_told_where_the_rule_is_gone_or_not_gated) {
    EXPECT_THAT(lost_with(rules({})),
                testing::ElementsAre("agents.yaml: the kill switch is engaged, and what it holds "
                                     "back of 'order.>' would not be gated any more: 'drover "
                                     "kill-switch release' first."));
    EXPECT_THAT(lost_with(rules({{"order.>", false}})),
                testing::ElementsAre(HasSubstr("agents.yaml:3:3: the kill switch")));
    EXPECT_EQ(lost_with(rules({{"order.submit.>", true}})).size(), 1U) << "not all of them";
}

TEST(LostGates, are_told_where_another_rule_comes_before) {
    EXPECT_THAT(
        lost_with(rules({{"order.cancel.>", false}, {"*.submit.>", false}, {"order.>", true}})),
        testing::ElementsAre(HasSubstr("agents.yaml:4:3: ")));
    EXPECT_EQ(lost_with(rules({{">", false}, {"order.>", true}})).size(), 1U);
}

}  // namespace
}  // namespace drover
