#include "fleet/fleet_graph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/description.h>

#include "base/json_value.hpp"
#include "tests/host/fleet/described_fleet.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class FleetGraphTest : public DescribedFleet {
protected:
    void allow(const std::string& pattern, std::vector<std::string> publishers) {
        TopicRule& rule = fleet_.config.topics.emplace_back();
        rule.pattern = pattern;
        rule.publishers = std::move(publishers);
        rule.gated = true;
    }
    /// "data -> risk market.>"
    [[nodiscard]] std::vector<std::string> flows() const {
        std::vector<std::string> words;
        for (const GraphFlow& flow : graph_of(fleet_).flows) {
            words.push_back(flow.publisher + " -> " + flow.receiver + " " + flow.topics +
                            (flow.gated ? " gated" : "") + (flow.on_demand ? " on demand" : ""));
        }
        return words;
    }
};

TEST_F(FleetGraphTest, joins_out_ports_to_in_ports_by_what_their_topics_have_in_common) {
    add("data", {{DROVER_PORT_OUT, "market.bar.>", ""}});
    add("risk", {{DROVER_PORT_IN, "market.>", ""}, {DROVER_PORT_IN, "news.>", ""}});
    add("log", {{DROVER_PORT_IN | DROVER_PORT_ON_DEMAND, ">", ""}});
    EXPECT_THAT(flows(),
                ElementsAre("data -> risk market.bar.>", "data -> log market.bar.> on demand"));
}

TEST_F(FleetGraphTest, knows_all_ports_of_a_receiver_that_take_a_topic) {
    add("data", {{DROVER_PORT_OUT, "market.>", ""}});
    add("risk",
        {{DROVER_PORT_OUT, "x", ""},
         {DROVER_PORT_IN, "market.>", "a"},
         {DROVER_PORT_IN, "market.>", "b"}});
    const auto graph = graph_of(fleet_);
    ASSERT_EQ(graph.flows.size(), 1U);
    EXPECT_THAT(graph.flows[0].ports, ElementsAre(1U, 2U));
}

TEST_F(FleetGraphTest, joins_no_agent_that_a_rule_keeps_a_topic_from) {
    add("data", {{DROVER_PORT_OUT, "market.bar.>", ""}});
    add("risk", {{DROVER_PORT_IN, "market.>", ""}});
    add("log", {{DROVER_PORT_IN, ">", ""}});
    TopicRule& rule = fleet_.config.topics.emplace_back();
    rule.pattern = "market.>";
    rule.subscribers = std::vector<std::string>{"risk"};
    EXPECT_THAT(flows(), ElementsAre("data -> risk market.bar.>"));
}

TEST_F(FleetGraphTest, joins_no_ports_of_different_types) {
    add("data", {{DROVER_PORT_OUT, "market.>", "bar"}});
    add("risk", {{DROVER_PORT_IN, "market.>", "quote"}});
    EXPECT_THAT(flows(), IsEmpty());
}

TEST_F(FleetGraphTest, leaves_out_what_the_rules_forbid_and_agents_that_are_disabled) {
    add("risk", {{DROVER_PORT_OUT, "order.submit.>", ""}});
    add("rogue", {{DROVER_PORT_OUT, "order.>", ""}, {DROVER_PORT_OUT, "order.submit.x", ""}});
    add("broker", {{DROVER_PORT_IN, "order.submit.>", ""}});
    add("spare", {{DROVER_PORT_IN, "order.submit.>", ""}}).enabled = false;
    allow("order.submit.>", {"risk"});
    EXPECT_THAT(flows(), ElementsAre("risk -> broker order.submit.> gated"));
}

TEST_F(FleetGraphTest, puts_each_agent_above_all_that_it_depends_on) {
    add("data", {});
    add("broker", {}).depends_on.emplace_back().agent = "data";
    AgentConfig& risk = add("risk", {});
    risk.depends_on.emplace_back().agent = "data";
    risk.depends_on.emplace_back().agent = "broker";
    std::vector<std::size_t> levels;
    for (const GraphAgent& agent : graph_of(fleet_).agents) {
        levels.push_back(agent.level);
    }
    EXPECT_THAT(levels, ElementsAre(1U, 2U, 3U));
}

TEST_F(FleetGraphTest, is_the_same_after_a_way_through_json) {
    add("data", {{DROVER_PORT_OUT, "market.>", ""}});
    AgentConfig& risk = add("risk", {{DROVER_PORT_IN, "market.>", ""}});
    risk.depends_on.emplace_back().agent = "data";
    risk.depends_on.back().restart = true;
    const Json json = to_json(graph_of(fleet_));
    const auto read = graph_from_json(json);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(to_line(to_json(read.value())), to_line(json));
    EXPECT_FALSE(graph_from_json(Json::object()).has_value());
}

TEST(CommonPattern, is_what_both_match) {
    EXPECT_EQ(common_pattern("a.>", "a.b.c"), "a.b.c");
    EXPECT_EQ(common_pattern("a.*.c", "a.b.*"), "a.b.c");
    EXPECT_EQ(common_pattern("*.b", ">"), "*.b");
    EXPECT_EQ(common_pattern(">", ">"), ">");
    EXPECT_EQ(common_pattern("a.b", "a.c"), "");
    EXPECT_EQ(common_pattern("a.b", "a"), "");
    EXPECT_EQ(common_pattern("a.>", "a"), "");
}

}  // namespace
}  // namespace drover
