// What the runner lets an agent publish, and what it tells of messages that never came.
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

TEST_F(AgentRunnerTest, tells_of_messages_that_never_came_with_topic_and_publisher) {
    started();
    deliver(1);
    deliver(5);
    runner->note_last("in.x", "other", 9, 1, 7);
    EXPECT_EQ(page.layout().lost.load(), 5U);
    ASSERT_EQ(observer.occurrences.size(), 2U);
    EXPECT_EQ(observer.occurrences[0].kind, EventKind::loss);
    EXPECT_EQ(observer.occurrences[0].code, "gap");
    EXPECT_EQ(observer.occurrences[0].topic, "in.x");
    EXPECT_EQ(observer.occurrences[0].publisher, "other");
    EXPECT_EQ(observer.occurrences[0].count, 3U);
    EXPECT_EQ(observer.occurrences[1].count, 2U);
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
