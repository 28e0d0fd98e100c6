#include "fleet/instances.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/description.h>
#include <drover/message_type.h>

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::shared_ptr<const MessageType> bar_type() {
    MessageType type;
    type.name = "bar";
    type.encoding = DROVER_ENCODING_RECORDS;
    type.record_size = 24;
    FieldDescription symbol;
    symbol.name = "symbol";
    symbol.kind = DROVER_KIND_CHARS;
    symbol.count = 16;
    FieldDescription close;
    close.name = "close";
    close.kind = DROVER_KIND_I64;
    close.offset = 16;
    type.fields = {symbol, close};
    return std::make_shared<const MessageType>(std::move(type));
}

/// A fleet of workers that consume bars, and a desk that depends on them.
struct WorkersAndDesk {
    WorkersAndDesk() {
        description.ports.push_back({"bars", DROVER_PORT_IN, "market.>", bar_type(), nullptr, ""});
        AgentConfig& work = fleet.config.agents.emplace_back();
        work.name = "work";
        work.replicas = 2;
        AgentConfig& desk = fleet.config.agents.emplace_back();
        desk.name = "desk";
        desk.depends_on.emplace_back().agent = "work";
        TopicRule& rule = fleet.config.topics.emplace_back();
        rule.pattern = "signal.>";
        rule.publishers = {"desk", "work"};
        fleet.agents.resize(2);
        fleet.agents[0].description = &description;
    }
    [[nodiscard]] std::vector<std::string> faults() const {
        std::vector<Fault> found;
        check_distributions(fleet.config, fleet.agents, found);
        std::vector<std::string> texts;
        for (const Fault& fault : found) {
            texts.push_back(fault.message);
        }
        return texts;
    }
    AgentDescription description;
    PreparedFleet fleet;
};

std::vector<std::string> names_of(const PreparedFleet& fleet) {
    std::vector<std::string> names;
    for (const AgentConfig& agent : fleet.config.agents) {
        names.push_back(agent.name);
    }
    return names;
}

std::vector<std::string> dependencies_of(const PreparedFleet& fleet, const std::string& agent) {
    std::vector<std::string> names;
    for (const Dependency& dependency : fleet.config.find(agent)->depends_on) {
        names.push_back(dependency.agent);
    }
    return names;
}

TEST(Instances, stand_in_the_place_of_their_agent) {
    const PreparedFleet fleet = expand_instances(WorkersAndDesk().fleet);
    EXPECT_THAT(names_of(fleet), ElementsAre("work.1", "work.2", "desk"));
    EXPECT_EQ(fleet.config.agents[0].instance_of, "work");
    EXPECT_EQ(fleet.config.agents[2].instance_of, "");
    EXPECT_EQ(fleet.agents.size(), 3U);
    EXPECT_NE(fleet.agents[1].description, nullptr);
    EXPECT_EQ(fleet.agents[2].description, nullptr);
}

TEST(Instances, are_all_meant_by_who_names_their_agent) {
    const PreparedFleet fleet = expand_instances(WorkersAndDesk().fleet);
    EXPECT_THAT(dependencies_of(fleet, "desk"), ElementsAre("work.1", "work.2"));
    EXPECT_THAT(*fleet.config.topics[0].publishers, ElementsAre("desk", "work.1", "work.2"));
}

TEST(Instances, of_one_have_a_number_too) {
    WorkersAndDesk given;
    given.fleet.config.agents[0].replicas = 1;
    EXPECT_THAT(names_of(expand_instances(given.fleet)), ElementsAre("work.1", "desk"));
}

TEST(Instances, become_more_and_fewer) {
    const PreparedFleet two = expand_instances(WorkersAndDesk().fleet);
    const auto three = scale_instances(two, "work", 3);
    ASSERT_TRUE(three.has_value());
    EXPECT_THAT(names_of(three.value()), ElementsAre("work.1", "work.2", "work.3", "desk"));
    EXPECT_THAT(dependencies_of(three.value(), "desk"), ElementsAre("work.1", "work.2", "work.3"));
    EXPECT_THAT(*three.value().config.topics[0].publishers,
                ElementsAre("desk", "work.1", "work.2", "work.3"));
    EXPECT_EQ(three.value().agents.size(), 4U);
    const auto one = scale_instances(three.value(), "work", 1);
    ASSERT_TRUE(one.has_value());
    EXPECT_THAT(names_of(one.value()), ElementsAre("work.1", "desk"));
    EXPECT_THAT(dependencies_of(one.value(), "desk"), ElementsAre("work.1"));
}

TEST(Instances, are_scaled_only_where_there_may_be_several) {
    const PreparedFleet fleet = expand_instances(WorkersAndDesk().fleet);
    const auto alone = scale_instances(fleet, "desk", 2);
    ASSERT_FALSE(alone.has_value());
    EXPECT_EQ(alone.error().kind, ErrorKind::refused);
    EXPECT_THAT(alone.error().message, HasSubstr("write 'replicas: 1' there"));
    const auto unknown = scale_instances(fleet, "wrok", 2);
    ASSERT_FALSE(unknown.has_value());
    EXPECT_THAT(unknown.error().message, HasSubstr("Did you mean 'work'?"));
}

TEST(Distributions, find_the_key_in_the_records) {
    const auto place = key_place(*bar_type(), "symbol");
    ASSERT_TRUE(place.has_value());
    EXPECT_EQ(place->offset, 0U);
    EXPECT_EQ(place->size, 16U);
    EXPECT_FALSE(key_place(*bar_type(), "venue").has_value());
    MessageType json = *bar_type();
    json.encoding = DROVER_ENCODING_JSON;
    EXPECT_FALSE(key_place(json, "symbol").has_value());
}

TEST(Distributions, by_a_key_that_no_message_has_are_a_fault) {
    WorkersAndDesk given;
    given.fleet.config.agents[0].distribution = {Distribution::Mode::by_key, "symbol"};
    EXPECT_THAT(given.faults(), IsEmpty());
    given.fleet.config.agents[0].distribution.key = "symbl";
    EXPECT_THAT(given.faults(),
                ElementsAre("agent 'work': 'by_key': no records that it consumes have a field "
                            "'symbl'. They have: symbol, close."));
}

TEST(Distributions, by_turns_do_not_go_with_durable_topics) {
    WorkersAndDesk given;
    given.fleet.config.agents[0].distribution.mode = Distribution::Mode::round_robin;
    EXPECT_THAT(given.faults(), IsEmpty());
    TopicRule& rule = given.fleet.config.topics.emplace_back();
    rule.pattern = "market.bar.>";
    rule.delivery = Delivery::durable;
    EXPECT_THAT(given.faults(), ElementsAre(HasSubstr("does not go with the durable topics")));
    given.fleet.config.agents[0].observer = true;
    EXPECT_THAT(given.faults(), IsEmpty());
}

TEST(Distributions, by_a_key_go_with_durable_topics) {
    WorkersAndDesk given;
    given.fleet.config.agents[0].distribution = {Distribution::Mode::by_key, "symbol"};
    TopicRule& rule = given.fleet.config.topics.emplace_back();
    rule.pattern = "market.bar.>";
    rule.delivery = Delivery::durable;
    EXPECT_THAT(given.faults(), IsEmpty());
}

}  // namespace
}  // namespace drover
