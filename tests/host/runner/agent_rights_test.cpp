// What the runner lets an agent publish.
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/agent.hpp>

#include "runner/agent_runner.hpp"
#include "tests/host/runner/probed_runner.hpp"

namespace drover {
namespace {

using test::AgentRunnerTest;
using test::Probe;
using test::the_probe;

TEST_F(AgentRunnerTest, refuses_a_topic_that_no_port_covers_with_a_sentence) {
    started();
    std::string reason;
    the_probe->message_seen = [&](const Message&) {
        try {
            (void)the_probe->topic(Probe::out, "order.submit.x");
        } catch (const Failure& failure) {
            reason = failure.what();
        }
    };
    deliver();
    EXPECT_EQ(reason,
              "Agent 'probe' may not publish on 'order.submit.x': its port 'out' covers 'out.>' "
              "only.");
    EXPECT_EQ(page.layout().refused.load(), 1U);
    ASSERT_EQ(observer.occurrences.size(), 1U);
    EXPECT_EQ(observer.occurrences[0].kind, EventKind::refusal);
    EXPECT_EQ(observer.occurrences[0].topic, "order.submit.x");
    EXPECT_EQ(observer.occurrences[0].code, "denied");
    EXPECT_EQ(observer.occurrences[0].reason, reason);
}

TEST_F(AgentRunnerTest, refuses_a_topic_whose_publishers_do_not_name_the_agent) {
    setup.rules = {{"out.secret", false, false, std::vector<std::string>{"risk"}}};
    started();
    drover_status status = DROVER_OK;
    the_probe->message_seen = [&](const Message&) {
        try {
            (void)the_probe->topic(Probe::out, "out.secret");
        } catch (const Failure& failure) {
            status = failure.status();
        }
    };
    deliver();
    EXPECT_EQ(status, DROVER_E_DENIED);
}

TEST_F(AgentRunnerTest, refuses_at_the_call_what_rules_that_came_later_forbid) {
    started();
    std::optional<Topic<Number>> found;
    std::vector<drover_status> statuses;
    the_probe->message_seen = [&](const Message&) {
        if (statuses.empty()) {
            found = the_probe->topic(Probe::out, "out.x");
        }
        statuses.push_back(the_probe->publish(*found, Number{1}));
    };
    deliver(1);
    runner->take_rules({{"out.>", false, false, std::vector<std::string>{"risk"}}});
    deliver(2);
    EXPECT_THAT(observer.occurrences.back().reason,
                ::testing::HasSubstr("it is not among the publishers of 'out.>' in agents.yaml"));
    EXPECT_EQ(page.layout().refused_denied.load(), 1U);
    runner->take_rules({});
    deliver(3);
    EXPECT_EQ(statuses, (std::vector<drover_status>{DROVER_OK, DROVER_E_DENIED, DROVER_OK}));
}

TEST_F(AgentRunnerTest, refuses_gated_topics_while_the_kill_switch_is_engaged) {
    setup.rules = {{"out.>", true}};
    started();
    drover_status status = DROVER_OK;
    the_probe->message_seen = [&](const Message&) {
        status = the_probe->publish(the_probe->topic(Probe::out, "out.x"), Number{1});
    };
    deliver(1);
    EXPECT_EQ(status, DROVER_OK);
    ASSERT_TRUE(kill_switch.write(true, "test", "because"));
    deliver(2);
    EXPECT_EQ(status, DROVER_E_GATED);
    EXPECT_EQ(transport.topics.size(), 1U);
}

}  // namespace
}  // namespace drover
