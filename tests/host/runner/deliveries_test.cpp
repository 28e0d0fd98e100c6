// What arrives for an agent: handed to the plugin or passed over, and counted.
#include "runner/deliveries.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/agent.hpp>

#include "runner/agent_runner.hpp"
#include "tests/host/runner/durable_agent.hpp"
#include "tests/host/runner/probed_runner.hpp"
#include "wire/message_frame.hpp"

namespace drover {
namespace {

using test::the_probe;
using ::testing::ElementsAre;

struct Deliveries : test::AgentRunnerTest {
    void start() {
        started();
        the_probe->message_seen = [this](const Message& message) {
            lost.push_back(message.lost());
        };
    }
    void deliver_share(std::uint64_t sequence) {
        const Number number{7};
        Delivery delivery = number_delivery(number, sequence);
        delivery.is_share = true;
        runner->deliver(delivery);
    }

    /// What each message that was handed over said of those before it.
    std::vector<std::uint32_t> lost;
};

TEST_F(Deliveries, hand_over_all_that_is_known_of_a_message) {
    started();
    const Number numbers[] = {{7}, {8}};
    Delivery delivery = number_delivery(numbers[0], 3);
    delivery.cause = {4, 5, 6};
    delivery.event_time = 500;
    delivery.publish_time = 600;
    delivery.bytes = sizeof numbers;
    delivery.count = 2;
    drover_message seen{};
    std::string names;
    std::vector<std::int64_t> values;
    the_probe->message_seen = [&](const Message& message) {
        seen = message.raw();
        names = std::string(message.topic()) + " of " + std::string(message.publisher());
        for (const Number& number : message.records(NumberAgent::in)) {
            values.push_back(number.value);
        }
        EXPECT_EQ(page.layout().port.load(), NumberAgent::in.index);
    };
    runner->deliver(delivery);
    EXPECT_EQ(names, "in.x of other");
    EXPECT_THAT(values, ElementsAre(7, 8));
    EXPECT_EQ(seen.size, sizeof seen);
    EXPECT_EQ(seen.port, NumberAgent::in.index);
    EXPECT_EQ(seen.bytes, sizeof numbers);
    EXPECT_EQ(seen.id.publisher, 9U);
    EXPECT_EQ(seen.id.incarnation, 1U);
    EXPECT_EQ(seen.id.sequence, 3U);
    EXPECT_EQ(seen.cause.publisher, 4U);
    EXPECT_EQ(seen.cause.incarnation, 5U);
    EXPECT_EQ(seen.cause.sequence, 6U);
    EXPECT_EQ(seen.topic_sequence, 3U);
    EXPECT_EQ(seen.event_time, 500);
    EXPECT_EQ(seen.publish_time, 600);
}

TEST_F(Deliveries, are_counted_where_a_port_takes_them_also_without_a_callback) {
    start();
    deliver(1);
    deliver(1);
    const Number number{7};
    runner->deliver(number_delivery(number, 1, "elsewhere.x"));
    EXPECT_EQ(lost.size(), 1U);
    EXPECT_EQ(page.layout().messages_in.load(), 1U);
    EXPECT_EQ(page.layout().bytes_in.load(), sizeof number);
    functions().on_message = nullptr;
    started();
    deliver(1);
    EXPECT_EQ(page.layout().messages_in.load(), 2U);
}

TEST_F(Deliveries, does_not_deliver_a_message_twice) {
    started();
    int seen = 0;
    the_probe->message_seen = [&](const Message&) { ++seen; };
    deliver(1);
    deliver(1);
    EXPECT_EQ(seen, 1);
}

TEST_F(Deliveries, are_each_followed_by_what_their_callback_posted) {
    started();
    std::string order;
    the_probe->message_seen = [&](const Message&) {
        order += " message";
        (void)the_probe->host()->post(the_probe->host(), 1);
    };
    the_probe->post_seen = [&](std::uint64_t) { order += " post"; };
    runner->hold_batch(true);
    deliver(1);
    deliver(2);
    EXPECT_EQ(order, " message post message post");
}

TEST_F(Deliveries, tells_of_messages_that_never_came_with_topic_and_publisher) {
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

TEST_F(Deliveries, says_with_the_next_message_how_many_a_heartbeat_has_found_missing) {
    start();
    deliver(1);
    runner->note_last("in.x", "other", 9, 1, 4);
    runner->note_last("in.x", "other", 9, 1, 5);
    deliver(7);
    deliver(8);
    EXPECT_EQ(lost, (std::vector<std::uint32_t>{0, 5, 0}));
    EXPECT_EQ(page.layout().lost.load(), 5U) << "each is counted once";
}

TEST_F(Deliveries, of_latest_topics_have_gaps_of_replaced_messages_and_not_of_lost_ones) {
    TopicRights rule;
    rule.pattern = "in.>";
    rule.latest = true;
    setup.rules = {rule};
    start();
    deliver(1);
    deliver(5);
    runner->note_last("in.x", "other", 9, 1, 6);
    deliver(7);
    EXPECT_EQ(page.layout().replaced.load(), 4U);
    EXPECT_EQ(page.layout().lost.load(), 0U);
    EXPECT_THAT(lost, ElementsAre(0U, 0U, 0U));
    EXPECT_TRUE(observer.occurrences.empty());
}

TEST_F(Deliveries, that_are_shares_have_gaps_of_what_others_got) {
    start();
    deliver_share(1);
    deliver_share(5);
    EXPECT_EQ(page.layout().lost.load(), 0U);
    EXPECT_THAT(lost, ElementsAre(0U, 0U));
    EXPECT_TRUE(observer.occurrences.empty());
}

struct DurableDeliveries : DurableAgentTest {};

TEST_F(DurableDeliveries, passes_over_what_it_has_handled) {
    started();
    deliver(4, 10);
    deliver(4, 10);
    deliver(3, 10);
    EXPECT_EQ(Adder::present->total, 10);
    make(folder, 2);
    ASSERT_TRUE(runner->start());
    deliver(4, 10);
    EXPECT_EQ(Adder::present->total, 10);
    EXPECT_TRUE(runner->has_handled(4));
    EXPECT_FALSE(runner->has_handled(5));
}

TEST_F(DurableDeliveries, counts_no_durable_message_as_lost_that_a_heartbeat_has_overtaken) {
    started();
    deliver(1);
    runner->note_last("in.x", "other", 9, 1, 40);
    EXPECT_EQ(page.layout().lost.load(), 0U);
    deliver(2);
    EXPECT_EQ(Adder::present->total, 2);
}

TEST_F(DurableDeliveries, shows_which_message_is_being_handled) {
    started();
    std::uint64_t seen = 0;
    std::string names;
    Adder::present->message_seen = [&](const Message&) {
        seen = page.layout().position.load();
        names =
            page.layout().handled.topic_text() + " of " + page.layout().handled.publisher_text();
    };
    deliver(12);
    EXPECT_EQ(seen, 12U);
    EXPECT_EQ(names, "in.x of other");
    EXPECT_EQ(page.layout().position.load(), 0U);
}

TEST_F(DurableDeliveries, keeps_gated_messages_from_the_plugin_while_the_switch_is_engaged) {
    started();
    auto engaged = KillSwitchPage::unreadable();
    kill_switch = std::move(engaged);
    deliver(1, 10, "in.gated");
    deliver(2, 10, "in.x");
    EXPECT_EQ(Adder::present->total, 10);
    EXPECT_EQ(transport.voided, (std::vector<std::uint64_t>{1}));
    EXPECT_EQ(transport.handled_to, 2U);
    EXPECT_EQ(page.layout().voided.load(), 1U);
    kill_switch = KillSwitchPage::local();
    deliver(1, 10, "in.gated");
    EXPECT_EQ(Adder::present->total, 10) << "void stays void";
}

TEST_F(DurableDeliveries, stay_void_that_the_switch_voided_on_their_way) {
    started();
    ASSERT_TRUE(kill_switch.write(true, "ann", "a test"));
    ASSERT_TRUE(kill_switch.write(false, "ann", ""));
    const Number number{10};
    Delivery delivery = number_delivery(number, 1, "in.gated");
    delivery.position = 1;
    delivery.flags = static_cast<std::uint16_t>(gate_flag | gate_mark(0));
    runner->deliver(delivery);
    deliver(2, 10, "in.gated");
    EXPECT_EQ(Adder::present->total, 10) << "what was sent after the release is handed over";
    EXPECT_THAT(transport.voided, ElementsAre(1U));
}

}  // namespace
}  // namespace drover
