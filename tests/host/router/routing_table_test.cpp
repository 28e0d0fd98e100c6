/// Who may publish on a topic and who receives it.
#include "router/routing_table.hpp"

#include <gtest/gtest.h>

namespace drover {
namespace {

RouterConfig desk() {
    RouterConfig config;
    config.rules = {{"order.cancel.>", false, std::vector<std::string>{"risk"}},
                    {"order.>", true, std::vector<std::string>{"risk", "flatten"}}};
    config.agents = {{"broker", 1, {"order.>", "market.>"}, {"order.event.>"}},
                     {"risk", 2, {"market.>"}, {"order.>"}},
                     {"flatten", 3, {}, {"order.submit.*"}},
                     {"advisor", 4, {"market.>"}, {"order.>", "advice.>"}}};
    return config;
}

TEST(RoutingTable, lets_the_first_rule_that_matches_decide) {
    RoutingTable table(desk());
    EXPECT_TRUE(table.find("order.submit.SPX")->gated);
    EXPECT_FALSE(table.find("order.cancel.SPX")->gated);
    EXPECT_FALSE(table.find("advice.SPX")->gated);
    EXPECT_EQ(table.find("order.cancel.SPX")->may_publish,
              (std::vector<bool>{false, true, false, false}));
}

TEST(RoutingTable, asks_for_a_port_and_for_the_rule) {
    RoutingTable table(desk());
    EXPECT_EQ(table.find("order.submit.SPX")->may_publish,
              (std::vector<bool>{false, true, true, false}));
    EXPECT_EQ(table.find("advice.SPX")->may_publish,
              (std::vector<bool>{false, false, false, true}));
}

TEST(RoutingTable, says_which_of_both_is_missing) {
    const RoutingTable table(desk());
    EXPECT_NE(table.why_denied(0, "advice.SPX").find("none of its OUT ports"), std::string::npos);
    const std::string by_rule = table.why_denied(3, "order.submit.SPX");
    EXPECT_NE(by_rule.find("'advisor'"), std::string::npos);
    EXPECT_NE(by_rule.find("'order.>'"), std::string::npos);
}

TEST(RoutingTable, lists_receivers_in_the_files_order) {
    RoutingTable table(desk());
    table.subscribe(3, {"market.>"});
    table.subscribe(0, {"market.bar.*"});
    EXPECT_EQ(table.find("market.bar.SPX")->receivers, (std::vector<std::uint16_t>{0, 3}));
    table.unsubscribe(0);
    EXPECT_EQ(table.find("market.bar.SPX")->receivers, (std::vector<std::uint16_t>{3}));
}

TEST(RoutingTable, leaves_out_subscriptions_that_no_port_covers) {
    RoutingTable table(desk());
    EXPECT_EQ(table.subscribe(1, {"market.bar.>", ">", "order.event.SPX", "a..b"}),
              (std::vector<std::string>{">", "order.event.SPX", "a..b"}));
    EXPECT_EQ(table.find("market.bar.SPX")->receivers.size(), 1U);
    EXPECT_TRUE(table.find("order.event.SPX")->receivers.empty());
}

TEST(RoutingTable, knows_no_route_for_what_is_no_topic) {
    RoutingTable table(desk());
    for (const char* const topic : {"", "a..b", "a.*", ">", "a b"}) {
        EXPECT_EQ(table.find(topic), nullptr) << topic;
    }
}

}  // namespace
}  // namespace drover
