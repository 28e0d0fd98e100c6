#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/config/config_folder.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(TopicsSection, keeps_rules_in_the_order_of_the_file) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(
topics:
  "z.>": {delivery: durable, gated: true, publishers: [risk], receivers: [broker]}
  "a.*": {}
  "m.>": {delivery: durable}
agents: {risk: {plugin: risk}, broker: {plugin: broker}}
)"));
    ASSERT_THAT(fleet.topics, SizeIs(3));
    EXPECT_EQ(fleet.topics[0].pattern, "z.>");
    EXPECT_EQ(fleet.topics[0].delivery, Delivery::durable);
    EXPECT_TRUE(fleet.topics[0].gated);
    EXPECT_THAT(*fleet.topics[0].publishers, ElementsAre("risk"));
    EXPECT_THAT(*fleet.topics[0].receivers, ElementsAre("broker"));
    EXPECT_FALSE(fleet.topics[0].receivers_declared);
    EXPECT_EQ(fleet.topics[1].delivery, Delivery::stream);
    EXPECT_FALSE(fleet.topics[1].publishers.has_value());
    EXPECT_FALSE(fleet.topics[1].receivers_declared);
    EXPECT_TRUE(fleet.topics[2].receivers_declared);
}

TEST(TopicsSection, lists_every_wrong_value_with_its_place) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults(R"(topics:
  "a..b": {}
  "a.>": {subscribers: risk}
  "b.>": {delivery: durabel, publishers: risk}
  "c.>": {receivers: declared, gated: 2}
  "d.>": {publishers: [riks, risk, risk, [x]]}
  "e.>": {delivery: durable, receivers: all}
  "f.>": stream
  "g.>": {delivery: durable, receivers: [risk, brokr], queue: 5}
agents: {risk: {plugin: risk}}
)"),
        ElementsAre(
            "2:3: topic 'a..b': this is no topic pattern: write words joined by dots, where * "
            "stands for one word and > at the end for the rest, as in market.bar.>",
            "3:24: topic 'a.>': 'subscribers' takes a list of agents such as [risk], and this is "
            "the text 'risk'.",
            "4:21: topic 'b.>': 'delivery' takes stream, latest or durable, and this is the text "
            "'durabel'. Did you mean 'durable'?",
            "4:42: topic 'b.>': 'publishers' takes a list of agents such as [risk], and this is "
            "the text 'risk'.",
            "5:11: topic 'c.>': 'receivers' only has a meaning with delivery: durable, whose "
            "receivers are waited for: remove it.",
            "5:39: topic 'c.>': 'gated' takes true or false, and this is the number 2.",
            "6:24: topic 'd.>': 'publishers' names 'riks', which is not defined under agents. Did "
            "you mean 'risk'?",
            "6:36: topic 'd.>': 'publishers' names 'risk' twice.",
            "6:42: topic 'd.>': 'publishers' takes names of agents, and this is a list.",
            "7:41: topic 'e.>': 'receivers' takes declared or a list of agents such as [broker], "
            "and this is the text 'all'.",
            "8:10: topic 'f.>': a map with keys such as 'delivery' is expected here, and this is "
            "the text 'stream'.",
            "9:48: topic 'g.>': 'receivers' names 'brokr', which is not defined under agents.",
            "9:56: topic 'g.>': 'queue' is not available yet in this version of drover: remove "
            "the key."));
}

TEST(TopicsSection, takes_the_class_latest_and_the_agents_that_may_receive) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(topics:
  "quote.>": {delivery: latest, subscribers: [risk]}
  "bar.>": {}
agents: {risk: {plugin: risk}}
)"));
    EXPECT_EQ(fleet.topics[0].delivery, Delivery::latest);
    EXPECT_THAT(*fleet.topics[0].subscribers, ElementsAre("risk"));
    EXPECT_FALSE(fleet.topics[1].subscribers.has_value());
    EXPECT_THAT(fleet.warnings, IsEmpty());
}

TEST(TopicsSection, refuses_subscribers_that_are_unknown_or_leave_a_receiver_out) {
    const ConfigFolder folder;
    EXPECT_THAT(
        folder.faults(R"(topics:
  "a.>": {delivery: durable, subscribers: [risk, brokr], receivers: [broker]}
agents: {risk: {plugin: risk}, broker: {plugin: broker}}
)"),
        ElementsAre("2:50: topic 'a.>': 'subscribers' names 'brokr', which is not defined under "
                    "agents. Did you mean 'broker'?",
                    "2:70: topic 'a.>': 'receivers' names 'broker', which 'subscribers' does not "
                    "let receive: name it there too, or remove it here."));
}

TEST(TopicsSection, must_be_a_map) {
    const ConfigFolder folder;
    EXPECT_THAT(folder.faults("topics: [a]\nagents: {risk: {plugin: risk}}"),
                ElementsAre("1:9: topics: a map from patterns to rules is expected here, and this "
                            "is a list."));
}

TEST(TopicsSection, takes_durable_without_a_word) {
    const ConfigFolder folder;
    const auto fleet = std::get<FleetConfig>(folder.load(R"(topics:
  "b.>": {delivery: durable}
agents: {risk: {plugin: risk}}
)"));
    EXPECT_THAT(fleet.warnings, IsEmpty());
}

}  // namespace
}  // namespace drover
