/// The router's decisions on the wall clock, with agents and links played by the test.
#include "router/router_core.hpp"

#include <gtest/gtest.h>

#include <drover/status.h>

#include "router/drop_report.hpp"
#include "tests/host/router/fake_fleet.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;

TEST(RouterHandshake, welcomes_a_link_and_answers_hello_with_ready) {
    FakeFleet fleet(fleet_of(1));
    fleet.core.open_link(0, 1, "token");
    EXPECT_EQ(fleet.take_sent(0), Words{"WELCOME 42"});
    fleet.give(0, encode_hello({"a", 1, "token", test_epoch, 0, {}}));
    EXPECT_EQ(fleet.take_sent(0), Words{"READY 0"});
}

TEST(RouterHandshake, tries_welcome_and_ready_until_they_are_out) {
    FakeFleet fleet(fleet_of(1));
    fleet.output.blocked[0] = true;
    fleet.core.open_link(0, 1, "token");
    EXPECT_TRUE(fleet.core.wants_to_send(0));
    fleet.output.blocked[0] = false;
    fleet.core.flush(0);
    EXPECT_EQ(fleet.take_sent(0), Words{"WELCOME 42"});
    EXPECT_FALSE(fleet.core.wants_to_send(0));
    fleet.output.blocked[0] = true;
    fleet.give(0, encode_hello({"a", 1, "token", test_epoch, 0, {}}));
    EXPECT_TRUE(fleet.core.wants_to_send(0));
    fleet.output.blocked[0] = false;
    fleet.core.flush(0);
    EXPECT_EQ(fleet.take_sent(0), Words{"READY 0"});
}

TEST(RouterHandshake, tells_the_epoch_to_one_who_knows_another) {
    FakeFleet fleet(fleet_of(1));
    fleet.core.open_link(0, 1, "token");
    fleet.take_sent(0);
    fleet.give(0, encode_hello({"a", 1, "token", 0, 0, {}}));
    EXPECT_EQ(fleet.take_sent(0), Words{"WELCOME 42"});
}

TEST(RouterHandshake, does_not_answer_another_name_incarnation_or_token) {
    FakeFleet fleet(fleet_of(2));
    fleet.core.open_link(0, 1, "token");
    fleet.take_sent(0);
    fleet.give(0, encode_hello({"b", 1, "token", test_epoch, 0, {}}));
    fleet.give(0, encode_hello({"a", 2, "token", test_epoch, 0, {}}));
    fleet.give(0, encode_hello({"a", 1, "guess", test_epoch, 0, {}}));
    EXPECT_TRUE(fleet.take_sent(0).empty());
    EXPECT_EQ(fleet.core.counts().malformed, 3U);
}

TEST(RouterHandshake, drops_what_came_before_hello_and_counts_it) {
    FakeFleet fleet(fleet_of(2));
    fleet.join(1, {">"});
    fleet.core.open_link(0, 0, "token");
    fleet.publish(0, "x");
    EXPECT_TRUE(fleet.take_sent(1).empty());
    EXPECT_EQ(fleet.core.counts().dropped_before_hello, 1U);
    fleet.core.tick(Monotonic{1s});
    ASSERT_EQ(fleet.output.occurrences.size(), 1U);
    EXPECT_EQ(fleet.output.occurrences[0].code, "before_hello");
}

TEST(RouterHandshake, clears_the_queue_and_gives_the_full_window_at_hello) {
    RouterConfig config = fleet_of(2);
    config.window.frames = 1;
    FakeFleet fleet(config);
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.publish(0, "x");
    fleet.publish(0, "x");
    fleet.take_sent(1);
    fleet.say_hello(1, {">"});
    fleet.publish(0, "x");
    EXPECT_EQ(fleet.take_sent(1), (Words{"READY 0", "x#3"}));
    EXPECT_EQ(fleet.core.counts().dropped_link_ended, 1U);
    fleet.core.tick(Monotonic{1s});
    ASSERT_EQ(fleet.output.occurrences.size(), 1U);
    EXPECT_EQ(fleet.output.occurrences[0].code, "link_ended");
    EXPECT_EQ(fleet.output.occurrences[0].agent, "b");
}

TEST(RouterForwarding, reaches_every_subscriber_and_nobody_else) {
    FakeFleet fleet(fleet_of(4));
    fleet.join(0, {});
    fleet.join(1, {"market.*.SPX"});
    fleet.join(2, {"market.>"});
    fleet.join(3, {"order.>"});
    fleet.publish(0, "market.bar.SPX");
    EXPECT_EQ(fleet.take_sent(1), Words{"market.bar.SPX#1"});
    EXPECT_EQ(fleet.take_sent(2), Words{"market.bar.SPX#1"});
    EXPECT_TRUE(fleet.take_sent(3).empty());
    EXPECT_EQ(fleet.output.tapped.size(), 1U);
    EXPECT_EQ(fleet.core.counts().messages_in, 1U);
    EXPECT_EQ(fleet.core.counts().messages_out, 2U);
}

TEST(RouterForwarding, keeps_the_order_of_a_publisher_when_a_link_is_full_for_a_while) {
    FakeFleet fleet(fleet_of(2));
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.publish(0, "x");
    fleet.output.blocked[1] = true;
    fleet.publish(0, "x");
    fleet.output.blocked[1] = false;
    fleet.publish(0, "x");  // Must not overtake the one that waits.
    EXPECT_TRUE(fleet.core.wants_to_send(1));
    fleet.core.flush(1);
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#1", "x#2", "x#3"}));
    EXPECT_FALSE(fleet.core.wants_to_send(1));
}

TEST(RouterForwarding, stops_at_the_credit_window_and_goes_on_with_credit) {
    RouterConfig config = fleet_of(2);
    config.window.frames = 2;
    FakeFleet fleet(config);
    fleet.join(0, {});
    fleet.join(1, {">"});
    for (int count = 0; count < 5; ++count) {
        fleet.publish(0, "x");
    }
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#1", "x#2"}));
    EXPECT_FALSE(fleet.core.wants_to_send(1)) << "credit, not the link, is missing";
    fleet.credit(1, 2, 200);
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#3", "x#4"}));
}

TEST(RouterForwarding, a_message_beyond_the_window_follows_small_ones_that_are_not_returned_yet) {
    FakeFleet fleet(fleet_of(2));
    fleet.join(0, {});
    fleet.join(1, {">"});
    for (int count = 0; count < 3; ++count) {
        fleet.publish(0, "x");
    }
    fleet.publish(0, "x", std::size_t{2} << 20U);
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#1", "x#2", "x#3", "x#4"}))
        << "a receiver returns credit for 64 at once; nobody would ever ask for the rest";
}

TEST(RouterForwarding, drops_the_oldest_of_a_slow_receiver_and_slows_nobody_else) {
    RouterConfig config = fleet_of(3);
    config.window.frames = 1;
    config.queue = 2;
    FakeFleet fleet(config);
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.join(2, {">"});
    for (int count = 0; count < 5; ++count) {
        fleet.publish(0, "x");
        fleet.credit(2, 1, 96);
    }
    EXPECT_EQ(fleet.take_sent(2), (Words{"x#1", "x#2", "x#3", "x#4", "x#5"}));
    EXPECT_EQ(fleet.take_sent(1), Words{"x#1"});
    fleet.credit(1, 1, 96);
    EXPECT_EQ(fleet.take_sent(1), Words{"x#4"});
    EXPECT_EQ(fleet.core.counts().dropped_queue_full, 2U);
    fleet.core.tick(Monotonic(1h));
    ASSERT_EQ(fleet.output.healths.size(), 1U);
    EXPECT_NE(fleet.output.healths[0].message.find("'b' (2)"), std::string::npos);
}

TEST(RouterForwarding, drops_frames_that_are_malformed_or_of_somebody_else) {
    FakeFleet fleet(fleet_of(2));
    fleet.join(0, {});
    fleet.join(1, {">"});
    MessageHeader header;
    header.encoding = static_cast<std::uint16_t>(Encoding::records);
    header.sequence = header.topic_sequence = header.count = 1;
    header.record_size = 8;
    header.publisher = fleet.handle_of(1);
    header.incarnation = 1;
    fleet.give_message(0, "x", header, 8);
    header.publisher = fleet.handle_of(0);
    header.incarnation = 9;
    fleet.give_message(0, "x", header, 8);
    header.incarnation = 1;
    fleet.give_message(0, "a..b", header, 8);
    fleet.give_message(0, "x", header, 7);
    fleet.give(0, std::vector<std::byte>{});
    fleet.give(0, std::vector<std::byte>{std::byte{0}, std::byte{99}});
    EXPECT_TRUE(fleet.take_sent(1).empty());
    EXPECT_EQ(fleet.core.counts().malformed, 6U);
    fleet.give_message(0, "x", header, 8);
    EXPECT_EQ(fleet.take_sent(1), Words{"x#1"});
}

TEST(RouterForwarding, refuses_what_no_port_or_rule_allows_and_says_so) {
    RouterConfig config = fleet_of(2);
    config.agents[0].publishes = {"mine.>", "order.>"};
    config.rules = {{"order.>", false, std::vector<std::string>{"b"}}};
    FakeFleet fleet(config);
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.publish(0, "theirs.x");
    fleet.publish(0, "order.x");
    fleet.publish(0, "mine.x");
    EXPECT_EQ(fleet.take_sent(0), (Words{"REFUSED theirs.x#1 -14", "REFUSED order.x#2 -14"}));
    EXPECT_EQ(fleet.take_sent(1), Words{"mine.x#3"});
    EXPECT_EQ(fleet.core.counts().refused, 2U);
    EXPECT_EQ(fleet.output.tapped.size(), 1U);
}

TEST(RouterForwarding, tells_the_supervisor_what_it_refused_and_dropped_at_most_once_a_second) {
    RouterConfig config = fleet_of(2);
    config.agents[0].publishes = {"mine.>"};
    config.window.frames = 1;
    config.queue = 2;
    FakeFleet fleet(config);
    fleet.join(0, {});
    fleet.join(1, {">"});
    for (int count = 0; count < 13; ++count) {
        fleet.publish(0, "mine.x");
        fleet.publish(0, "theirs.x");
    }
    ASSERT_TRUE(fleet.core.deadline().has_value());
    fleet.core.tick(Monotonic{100s});
    ASSERT_EQ(fleet.output.occurrences.size(), 2U);
    const Occurrence& refusal = fleet.output.occurrences[0];
    EXPECT_EQ(refusal.kind, EventKind::refusal);
    EXPECT_EQ(refusal.agent, "a");
    EXPECT_EQ(refusal.topic, "theirs.x");
    EXPECT_EQ(refusal.code, "denied");
    EXPECT_EQ(refusal.count, 13U);
    EXPECT_NE(refusal.reason.find("theirs.x"), std::string::npos);
    const Occurrence& loss = fleet.output.occurrences[1];
    EXPECT_EQ(loss.kind, EventKind::loss);
    EXPECT_EQ(loss.agent, "b");
    EXPECT_EQ(loss.publisher, "a");
    EXPECT_EQ(loss.topic, "mine.x");
    EXPECT_EQ(loss.code, "queue_full");
    EXPECT_EQ(loss.count, 10U);
    fleet.publish(0, "theirs.x");
    fleet.core.tick(Monotonic{100s} + 999ms);
    EXPECT_EQ(fleet.output.occurrences.size(), 2U);
    fleet.core.tick(Monotonic{101s});
    ASSERT_EQ(fleet.output.occurrences.size(), 3U);
    EXPECT_EQ(fleet.output.occurrences[2].count, 1U);
}

TEST(RouterForwarding, hands_a_heartbeat_over_behind_the_messages_it_tells_of) {
    RouterConfig config = fleet_of(3);
    config.window.frames = 1;
    FakeFleet fleet(config);
    fleet.join(0, {});
    fleet.join(1, {"x.>"});
    fleet.join(2, {"y.>"});
    fleet.publish(0, "x.1");
    fleet.publish(0, "x.1");
    fleet.give(0, encode_heartbeat({fleet.handle_of(0), 1, {{"x.1", 2}, {"y.1", 5}}}));
    EXPECT_EQ(fleet.take_sent(1), Words{"x.1#1"});
    EXPECT_EQ(fleet.take_sent(2), Words{"HEARTBEAT 100 y.1#5"});
    fleet.credit(1, 1, 96);
    EXPECT_EQ(fleet.take_sent(1), (Words{"x.1#2", "HEARTBEAT 100 x.1#2"}));
    fleet.give(0, encode_heartbeat({fleet.handle_of(1), 1, {{"x.1", 9}}}));
    EXPECT_TRUE(fleet.take_sent(1).empty());
}

TEST(RouterForwarding, keeps_nothing_for_an_agent_that_is_gone_but_takes_what_it_had_sent) {
    FakeFleet fleet(fleet_of(2));
    fleet.join(0, {">"});
    fleet.join(1, {">"});
    fleet.core.set_state(0, "backing_off");
    fleet.publish(1, "x");
    fleet.publish(0, "last.words");
    EXPECT_TRUE(fleet.take_sent(0).empty());
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#1", "last.words#1"}));
    fleet.join(0, {">"}, 2);
    fleet.publish(1, "x");
    EXPECT_EQ(fleet.take_sent(0), Words{"x#2"});
}

class RouterGate : public testing::Test {
protected:
    static RouterConfig config() {
        RouterConfig config = fleet_of(2);
        config.window.frames = 1;
        config.rules = {{"order.>", true, std::nullopt}};
        return config;
    }
    RouterGate() : fleet_(config()) {
        fleet_.join(0, {});
        fleet_.join(1, {">"});
    }
    FakeFleet fleet_;
};

TEST_F(RouterGate, refuses_gated_topics_only_while_it_is_engaged) {
    fleet_.output.gate_reading = {true, 4};
    fleet_.publish(0, "order.x");
    fleet_.publish(0, "cancel.x");
    EXPECT_EQ(fleet_.take_sent(0), Words{"REFUSED order.x#1 -15"});
    EXPECT_EQ(fleet_.take_sent(1), Words{"cancel.x#2"});
    fleet_.core.tick(Monotonic{1s});
    ASSERT_EQ(fleet_.output.occurrences.size(), 1U);
    EXPECT_EQ(fleet_.output.occurrences[0].code, "gated");
    fleet_.output.gate_reading = {false, 6};
    fleet_.credit(1, 1, 1000);
    fleet_.publish(0, "order.x");
    EXPECT_EQ(fleet_.take_sent(1), Words{"order.x#3"});
}

TEST_F(RouterGate, voids_queued_orders_when_their_turn_comes) {
    fleet_.publish(0, "plain.x");
    fleet_.publish(0, "order.x");
    fleet_.publish(0, "plain.x");
    fleet_.take_sent(1);
    fleet_.output.gate_reading = {true, 4};
    fleet_.credit(1, 1, 1000);
    EXPECT_EQ(fleet_.take_sent(1), Words{"plain.x#3"});
    EXPECT_EQ(fleet_.take_sent(0), Words{"REFUSED order.x#2 -15"});
}

TEST_F(RouterGate, voids_queued_orders_also_when_it_was_released_meanwhile) {
    fleet_.publish(0, "plain.x");
    fleet_.publish(0, "order.x");
    fleet_.take_sent(1);
    fleet_.output.gate_reading = {false, 6};
    fleet_.credit(1, 1, 1000);
    EXPECT_TRUE(fleet_.take_sent(1).empty());
    EXPECT_EQ(fleet_.take_sent(0), Words{"REFUSED order.x#2 -15"});
    fleet_.publish(0, "order.x");
    EXPECT_EQ(fleet_.take_sent(1), Words{"order.x#3"});
}

}  // namespace
}  // namespace drover
