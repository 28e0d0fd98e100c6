/// Who receives, how much passes, and what a receiver did not handle because of the kill switch.
#include <gtest/gtest.h>

#include <drover/status.h>

#include "tests/host/router/fake_fleet.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;

RouterConfig with_rule(std::size_t agents, RouterRule rule) {
    RouterConfig config = fleet_of(agents);
    config.rules = {std::move(rule)};
    return config;
}

RouterRule for_orders() {
    RouterRule rule;
    rule.pattern = "order.>";
    return rule;
}

/// The frame of the last message that `agent` was sent.
std::uint16_t flags_of_last(FakeFleet& fleet, std::uint16_t agent) {
    return MessageFrame::decode(fleet.output.sent[agent].back().bytes())->header.flags;
}

TEST(RouterSubscribers, keep_a_topic_from_agents_that_the_rule_does_not_name) {
    RouterRule rule = for_orders();
    rule.subscribers = std::vector<std::string>{"b"};
    FakeFleet fleet(with_rule(3, rule));
    for (std::uint16_t agent = 0; agent < 3; ++agent) {
        fleet.join(agent, {">"});
    }
    fleet.publish(0, "order.x");
    fleet.publish(0, "bar.x");
    EXPECT_EQ(fleet.take_sent(1), (Words{"order.x#1", "bar.x#2"}));
    EXPECT_EQ(fleet.take_sent(2), Words{"bar.x#2"});
    EXPECT_EQ(fleet.output.tapped.size(), 2U) << "a person may look";
}

TEST(RouterSubscribers, hear_no_heartbeat_of_a_topic_that_is_kept_from_them) {
    RouterRule rule = for_orders();
    rule.subscribers = std::vector<std::string>{"b"};
    FakeFleet fleet(with_rule(2, rule));
    fleet.join(0, {">"});
    fleet.join(1, {">"});
    HeartbeatBody heartbeat;
    heartbeat.publisher = fleet.handle_of(1);
    heartbeat.incarnation = fleet.incarnation_of(1);
    heartbeat.topics = {{"order.x", 7}};
    fleet.give(1, encode_heartbeat(heartbeat));
    EXPECT_TRUE(fleet.take_sent(0).empty());
}

TEST(RouterQuota, refuses_what_passed_the_runner_and_counts_it_by_its_cause) {
    RouterConfig config = fleet_of(2);
    config.agents[0].quota = {2, std::nullopt, 1s};
    FakeFleet fleet(config);
    fleet.join(0, {});
    fleet.join(1, {">"});
    // The router gives ten seconds more than a burst to what had to wait for it.
    for (int count = 0; count < 23; ++count) {
        fleet.publish(0, "x");
    }
    EXPECT_EQ(fleet.take_sent(1).size(), 22U);
    EXPECT_EQ(fleet.take_sent(0), Words{"REFUSED x#23 " + std::to_string(DROVER_E_QUOTA)});
    EXPECT_EQ(fleet.core.counts().refused, 1U);
    EXPECT_EQ(fleet.core.counts().refused_quota, 1U);
    fleet.core.tick(Monotonic{1s});
    ASSERT_EQ(fleet.output.occurrences.size(), 1U);
    EXPECT_EQ(fleet.output.occurrences[0].code, "quota");
    EXPECT_EQ(fleet.output.occurrences[0].agent, "a");
    fleet.publish(0, "x");
    EXPECT_EQ(fleet.take_sent(1).size(), 1U) << "time has passed";
}

TEST(RouterQuota, counts_the_bytes_of_the_payload) {
    RouterConfig config = fleet_of(2);
    config.agents[0].quota = {std::nullopt, 1024, 1s};
    FakeFleet fleet(config);
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.publish(0, "x", 11 * 1024);
    EXPECT_EQ(fleet.take_sent(1).size(), 1U);
    fleet.publish(0, "x");
    EXPECT_TRUE(fleet.take_sent(1).empty());
}

TEST(RouterQuota, is_taken_anew_when_the_file_is_applied) {
    RouterConfig config = fleet_of(2);
    config.agents[0].quota = {1, std::nullopt, 1s};
    FakeFleet fleet(config);
    fleet.join(0, {});
    fleet.join(1, {">"});
    for (int count = 0; count < 20; ++count) {
        fleet.publish(0, "x");
    }
    fleet.take_sent(1);
    fleet.core.change_fleet({});
    fleet.publish(0, "x");
    EXPECT_EQ(fleet.take_sent(1).size(), 1U);
}

TEST(RouterQuota, does_not_hold_a_replay_which_runs_as_fast_as_it_is_handled) {
    RouterConfig config = fleet_of(2);
    config.has_replay_clock = true;
    config.agents[0].quota = {1, std::nullopt, 1s};
    FakeFleet fleet(config);
    for (std::uint16_t agent = 0; agent < 2; ++agent) {
        fleet.join(agent, agent == 1 ? Words{">"} : Words{});
        fleet.core.set_state(agent, "running");
        fleet.started(agent);
    }
    for (int count = 0; count < 30; ++count) {
        fleet.publish(0, "x");
        fleet.done(1);
    }
    EXPECT_EQ(fleet.take_sent(1).size(), 30U);
}

TEST(RouterGateMarks, marks_gated_messages_with_the_reading_under_which_it_took_them) {
    RouterRule rule = for_orders();
    rule.gated = true;
    FakeFleet fleet(with_rule(2, rule));
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.output.gate_reading = {false, 6};
    fleet.publish(0, "order.x");
    const std::uint16_t flags = flags_of_last(fleet, 1);
    EXPECT_NE(flags & gate_flag, 0);
    EXPECT_FALSE(is_of_other_gate(flags, 6));
    EXPECT_TRUE(is_of_other_gate(flags, 8));
    fleet.publish(0, "bar.x");
    EXPECT_EQ(flags_of_last(fleet, 1), 0);
}

TEST(RouterGateMarks, tells_the_sender_once_what_receivers_did_not_handle) {
    RouterRule rule = for_orders();
    rule.gated = true;
    FakeFleet fleet(with_rule(3, rule));
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.join(2, {">"});
    const auto sequence = fleet.publish(0, "order.x");
    const auto unhandled = encode_unhandled({"order.x", fleet.handle_of(0), 1, sequence});
    fleet.give(1, unhandled);
    fleet.give(2, unhandled);
    EXPECT_EQ(fleet.take_sent(0), Words{"REFUSED order.x#1 -15"});
    EXPECT_EQ(fleet.core.counts().refused_gated, 1U);
    EXPECT_EQ(fleet.core.counts().malformed, 0U);
}

TEST(RouterGateMarks, takes_no_word_of_voids_from_an_agent_that_does_not_receive_the_topic) {
    RouterRule rule = for_orders();
    rule.gated = true;
    FakeFleet fleet(with_rule(3, rule));
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.join(2, {"bar.>"});
    fleet.publish(0, "order.x");
    fleet.give(2, encode_unhandled({"order.x", fleet.handle_of(0), 1, 1}));
    fleet.give(1, encode_unhandled({"bar.x", fleet.handle_of(0), 1, 1}));
    EXPECT_TRUE(fleet.take_sent(0).empty());
    EXPECT_EQ(fleet.core.counts().malformed, 2U);
}

}  // namespace
}  // namespace drover
