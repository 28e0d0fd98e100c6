// Rules of the file that the ports of its agents do not meet.
#include "fleet/kept_topics.hpp"

#include <optional>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/description.h>

#include "tests/host/fleet/described_fleet.hpp"

namespace drover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class KeptTopics : public DescribedFleet {
protected:
    TopicRule& rule(const std::string& pattern,
                    std::optional<std::vector<std::string>> subscribers = {}) {
        TopicRule& made = fleet_.config.topics.emplace_back();
        made.pattern = pattern;
        made.subscribers = std::move(subscribers);
        return made;
    }
    [[nodiscard]] static std::vector<std::string> sentences_of(const std::vector<Fault>& faults) {
        std::vector<std::string> sentences;
        for (const Fault& fault : faults) {
            sentences.push_back(fault.message);
        }
        return sentences;
    }
    [[nodiscard]] std::vector<std::string> kept() const {
        return sentences_of(warn_of_kept_topics(fleet_.config, fleet_.agents));
    }
    [[nodiscard]] std::vector<std::string> portless() const {
        return sentences_of(warn_of_names_without_ports(fleet_.config, fleet_.agents));
    }
};

TEST_F(KeptTopics, are_told_of_each_port_that_a_rule_keeps_from_its_agent) {
    add("risk", {{DROVER_PORT_IN, "market.bar.>", ""}});
    add("log", {{DROVER_PORT_IN, ">", ""}, {DROVER_PORT_IN, "market.quote.*", ""}});
    rule("market.>", {{"risk"}});
    EXPECT_THAT(kept(),
                ElementsAre("topic 'market.>': agent 'log' consumes 'market.quote.*' and receives "
                            "nothing of it, because 'subscribers' does not name it."))
        << "of '>' the agent receives the rest";
}

TEST_F(KeptTopics, are_told_where_the_rule_stands) {
    add("log", {{DROVER_PORT_IN, "market.>", ""}});
    rule("market.>", {{}}).place = {"agents.yaml", 7, 3};
    const auto warnings = warn_of_kept_topics(fleet_.config, fleet_.agents);
    ASSERT_EQ(warnings.size(), 1U) << "nobody may subscribe";
    EXPECT_THAT(warnings[0].text(), HasSubstr("agents.yaml:7:3: topic 'market.>'"));
}

TEST_F(KeptTopics, are_no_matter_of_who_publishes_is_disabled_or_is_not_known) {
    add("data", {{DROVER_PORT_OUT, "market.>", ""}});
    add("resting", {{DROVER_PORT_IN, "market.>", ""}}).enabled = false;
    add("unloadable", {{DROVER_PORT_IN, "market.>", ""}});
    fleet_.agents.back().description = nullptr;
    rule("market.>", {{"nobody"}});
    EXPECT_THAT(kept(), IsEmpty());
}

TEST_F(KeptTopics, are_decided_by_the_first_rule_that_matches) {
    add("log", {{DROVER_PORT_IN, "market.bar.*", ""}});
    rule("market.bar.>");
    rule("market.>", {{"nobody"}});
    EXPECT_THAT(kept(), IsEmpty()) << "the first one lets everybody receive";
    std::swap(fleet_.config.topics[0], fleet_.config.topics[1]);
    EXPECT_THAT(kept(), ElementsAre(HasSubstr("topic 'market.>': agent 'log' consumes")));
}

TEST_F(KeptTopics, are_not_all_of_a_port_where_an_earlier_rule_grants_some) {
    add("log", {{DROVER_PORT_IN, "market.>", ""}});
    rule("market.bar.>");
    rule("market.>", {{"nobody"}});
    EXPECT_THAT(kept(), IsEmpty()) << "it receives bars";
}

TEST_F(KeptTopics, are_all_of_a_port_where_two_rules_keep_them_together) {
    add("log", {{DROVER_PORT_IN, "market.*", ""}});
    rule("market.bar", {{"nobody"}});
    rule("market.>", {{"nobody"}});
    EXPECT_THAT(kept(), ElementsAre(HasSubstr("topic 'market.>': agent 'log' consumes")));
}

TEST_F(KeptTopics, are_told_of_agents_that_a_rule_names_and_that_have_no_port_for_it) {
    add("risk", {{DROVER_PORT_OUT, "order.submit.>", ""}, {DROVER_PORT_IN, "advice.>", ""}});
    add("broker", {{DROVER_PORT_IN, "order.>", ""}});
    add("work.1", {{DROVER_PORT_IN, "order.submit.*", ""}}).instance_of = "work";
    add("unloadable", {});
    fleet_.agents.back().description = nullptr;
    TopicRule& made = rule("order.submit.>", {{"broker", "risk", "work", "unloadable"}});
    made.publishers = std::vector<std::string>{"risk", "broker", "unloadable"};
    made.receivers = std::vector<std::string>{"risk", "broker", "work"};
    EXPECT_THAT(
        portless(),
        ElementsAre("topic 'order.submit.>': 'publishers' names 'broker', which has no port that "
                    "publishes any of it.",
                    "topic 'order.submit.>': 'subscribers' names 'risk', which has no port that "
                    "consumes any of it.",
                    "topic 'order.submit.>': 'receivers' names 'risk', which has no port that "
                    "consumes any of it."));
}

TEST_F(KeptTopics, are_told_of_a_name_where_it_stands_or_else_where_its_rule_does) {
    add("log", {});
    TopicRule& made = rule("market.>", {{"log"}});
    made.publishers = std::vector<std::string>{"log"};
    made.place = {"agents.yaml", 2, 3};
    made.name_places["subscribers/log"] = {"agents.yaml", 4, 20};
    const auto warnings = warn_of_names_without_ports(fleet_.config, fleet_.agents);
    ASSERT_EQ(warnings.size(), 2U);
    EXPECT_THAT(warnings[0].text(), HasSubstr("agents.yaml:2:3: topic 'market.>': 'publishers'"));
    EXPECT_THAT(warnings[1].text(), HasSubstr("agents.yaml:4:20: topic 'market.>': 'subscribers'"));
}

TEST_F(KeptTopics, are_told_of_an_agent_none_of_whose_instances_has_a_port_for_them) {
    add("idle.1", {{DROVER_PORT_IN, "advice.>", ""}}).instance_of = "idle";
    rule("market.>", {{"idle"}});
    EXPECT_THAT(portless(),
                ElementsAre(HasSubstr("'subscribers' names 'idle', which has no port")));
}

TEST_F(KeptTopics, leave_a_name_alone_whose_port_has_some_topic_of_the_rule) {
    add("log", {{DROVER_PORT_IN, "*.bar.>", ""}});
    rule("market.>", {{"log"}});
    EXPECT_THAT(portless(), IsEmpty());
}

}  // namespace
}  // namespace drover
