// Agents that would forget what durable messages told them are refused.
#include "fleet/durable_memory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/description.h>

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// One agent that consumes bars, in a fleet whose market is durable.
struct ForgetfulFleet {
    ForgetfulFleet() {
        description.ports.push_back({"bars", DROVER_PORT_IN, "market.bar.>", nullptr, nullptr, ""});
        AgentConfig& agent = fleet.config.agents.emplace_back();
        agent.name = "counter";
        agent.plugin_place.line = 12;
        TopicRule& rule = fleet.config.topics.emplace_back();
        rule.pattern = "market.>";
        rule.delivery = Delivery::durable;
        rule.receivers_declared = true;
        fleet.agents.resize(1);
        fleet.agents[0].description = &description;
    }
    [[nodiscard]] std::vector<std::string> faults() const {
        std::vector<Fault> found;
        find_forgetful_receivers(fleet.config, fleet.agents, found);
        std::vector<std::string> texts;
        for (const Fault& fault : found) {
            EXPECT_EQ(fault.place.line, 12);
            texts.push_back(fault.message);
        }
        return texts;
    }
    AgentDescription description;
    PreparedFleet fleet;
};

TEST(ForgetfulReceivers, are_refused_with_the_patterns_that_they_must_remember) {
    const ForgetfulFleet given;
    EXPECT_THAT(
        given.faults(),
        ElementsAre(HasSubstr("agent 'counter': it receives durable messages of 'market.>', and "
                              "its plugin keeps no state")));
}

TEST(ForgetfulReceivers, are_none_that_keep_state_or_declare_themselves_stateless) {
    ForgetfulFleet given;
    given.description.flags = DROVER_AGENT_KEEPS_STATE;
    EXPECT_THAT(given.faults(), IsEmpty());
    given.description.flags = DROVER_AGENT_STATELESS;
    EXPECT_THAT(given.faults(), IsEmpty());
}

TEST(ForgetfulReceivers, are_none_that_only_watch_or_are_not_named) {
    ForgetfulFleet given;
    given.fleet.config.agents[0].observer = true;
    EXPECT_THAT(given.faults(), IsEmpty());
    given.fleet.config.topics[0].receivers_declared = false;
    given.fleet.config.topics[0].receivers = {"other"};
    EXPECT_THAT(given.faults(), IsEmpty());
    given.fleet.config.topics[0].receivers = {"counter"};
    EXPECT_EQ(given.faults().size(), 1U) << "who is named must get it, observer or not";
}

TEST(ForgetfulReceivers, are_none_where_an_earlier_rule_decides) {
    ForgetfulFleet given;
    TopicRule stream;
    stream.pattern = "market.bar.>";
    given.fleet.config.topics.insert(given.fleet.config.topics.begin(), stream);
    EXPECT_THAT(given.faults(), IsEmpty());
}

}  // namespace
}  // namespace drover
