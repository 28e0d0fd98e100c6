/// Whose loss an agent is told.
#include "daemon/link_news.hpp"

#include <optional>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include <drover/description.h>

#include "base/json_value.hpp"
#include "tests/host/daemon/ported_agents.hpp"

namespace drover {
namespace {

/// Risk sends orders to a broker that gets bars too; a second risk is disabled.
class LinkNewsTest : public ::testing::Test {
protected:
    LinkNewsTest() {
        add("data", {{DROVER_PORT_OUT, "market.bar.>"}});
        add("broker",
            {{DROVER_PORT_OUT, "order.event.>"},
             {DROVER_PORT_IN, "order.submit.>"},
             {DROVER_PORT_IN, "order.cancel.>"},
             {DROVER_PORT_IN, "market.bar.>"}});
        add("risk", {{DROVER_PORT_OUT, "order.>"}, {DROVER_PORT_IN, "order.event.>"}});
        add("other-risk", {{DROVER_PORT_OUT, "order.>"}}).enabled = false;
    }
    AgentConfig& add(const std::string& name, const std::vector<test::Port>& ports) {
        return test::add_agent(fleet_, name, ports);
    }
    LinkNews::News news(const std::string& agent) {
        return news_.for_agent(fleet_, agent, 7, [this](const std::string& unit) {
            return lost_.contains(unit) ? std::optional<std::string>(unit + " is failed")
                                        : std::nullopt;
        });
    }

    PreparedFleet fleet_;
    std::set<std::string> lost_;
    LinkNews news_;
};

TEST_F(LinkNewsTest, names_the_ports_that_a_lost_agent_publishes_to) {
    lost_ = {"risk", "other-risk"};
    EXPECT_EQ(to_line(news("broker").message),
              R"({"do":"links","lost":[{"publisher":"risk","ports":[1,2],)"
              R"("reason":"risk is failed"}],"router":null})");
}

TEST_F(LinkNewsTest, says_nothing_of_who_publishes_nothing_to_the_agent) {
    lost_ = {"risk"};
    EXPECT_TRUE(news("data").lost.empty());
    EXPECT_FALSE(news("broker").lost.empty());
}

TEST_F(LinkNewsTest, tells_every_agent_of_the_router_and_by_its_epoch_which_one) {
    lost_ = {"drover-router"};
    const LinkNews::News told = news("data");
    EXPECT_EQ(told.message.at("router").at("epoch"), 7);
    EXPECT_FALSE(told.lost.empty());
}

TEST_F(LinkNewsTest, knows_a_fleet_that_has_changed) {
    lost_ = {"risk", "other-risk"};
    const std::string before = news("broker").lost;
    fleet_.config.agents[3].enabled = true;
    news_.fleet_changed();
    EXPECT_NE(news("broker").lost, before);
}

}  // namespace
}  // namespace drover
