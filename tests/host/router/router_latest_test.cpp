/// `latest` topics: a receiver that keeps up gets all, a slow one the newest of each.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/host/router/fake_fleet.hpp"

namespace drover {
namespace {

RouterConfig latest_quotes(std::size_t agents) {
    RouterConfig config = fleet_of(agents);
    RouterRule rule;
    rule.pattern = "quote.>";
    rule.latest = true;
    config.rules = {rule};
    return config;
}

TEST(RouterLatest, forwards_every_message_to_a_receiver_that_keeps_up) {
    FakeFleet fleet(latest_quotes(2));
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.publish(0, "quote.a");
    fleet.publish(0, "quote.a");
    EXPECT_EQ(fleet.take_sent(1), (Words{"quote.a#1", "quote.a#2"}));
    EXPECT_EQ(fleet.core.counts().replaced, 0U);
}

TEST(RouterLatest, keeps_the_newest_of_each_topic_for_a_slow_receiver_and_counts_the_replaced) {
    RouterConfig config = latest_quotes(2);
    config.window.frames = 1;
    FakeFleet fleet(config);
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.publish(0, "quote.a");
    fleet.publish(0, "quote.a");
    fleet.publish(0, "quote.b");
    fleet.publish(0, "quote.a");
    fleet.publish(0, "quote.b");
    EXPECT_EQ(fleet.take_sent(1), Words{"quote.a#1"});
    fleet.credit(1, 1, 0);
    fleet.credit(1, 1, 0);
    fleet.credit(1, 1, 0);
    EXPECT_EQ(fleet.take_sent(1), (Words{"quote.a#4", "quote.b#5"}));
    EXPECT_EQ(fleet.core.counts().replaced, 2U);
    EXPECT_EQ(fleet.core.counts().dropped(), 0U) << "what is replaced is not lost";
    fleet.core.tick(Monotonic{std::chrono::seconds(1)});
    EXPECT_TRUE(fleet.output.occurrences.empty());
}

TEST(RouterLatest, is_not_starved_by_a_flood_of_stream_messages_nor_pushed_out_by_it) {
    RouterConfig config = latest_quotes(3);
    config.window.frames = 1;
    config.queue = 4;
    FakeFleet fleet(config);
    fleet.join(0, {});
    fleet.join(1, {});
    fleet.join(2, {">"});
    fleet.publish(1, "flood.x");
    fleet.publish(0, "quote.a");
    for (int count = 0; count < 20; ++count) {
        fleet.publish(1, "flood.x");
    }
    fleet.take_sent(2);
    fleet.credit(2, 1, 0);
    fleet.publish(1, "flood.x");
    fleet.credit(2, 1, 0);
    const Words sent = fleet.take_sent(2);
    EXPECT_NE(std::ranges::find(sent, "quote.a#1"), sent.end());
    EXPECT_LE(std::ranges::find(sent, "quote.a#1") - sent.begin(), 1);
}

TEST(RouterLatest, lets_stream_messages_through_beside_topics_that_change_all_the_time) {
    RouterConfig config = latest_quotes(2);
    config.window.frames = 1;
    FakeFleet fleet(config);
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.publish(0, "quote.a");
    fleet.publish(0, "order.x", smallest_unbundled);
    Words sent;
    for (int count = 0; count < 4; ++count) {
        fleet.publish(0, "quote.a");
        fleet.credit(1, 1, 0);
        std::ranges::copy(fleet.take_sent(1), std::back_inserter(sent));
    }
    EXPECT_NE(std::ranges::find(sent, "order.x#2"), sent.end());
}

TEST(RouterLatest, is_left_out_of_heartbeats_which_must_not_overtake_what_waits) {
    FakeFleet fleet(latest_quotes(2));
    fleet.join(0, {});
    fleet.join(1, {">"});
    HeartbeatBody heartbeat;
    heartbeat.publisher = fleet.handle_of(0);
    heartbeat.incarnation = fleet.incarnation_of(0);
    heartbeat.topics = {{"quote.a", 7}, {"bar.a", 3}};
    fleet.give(0, encode_heartbeat(heartbeat));
    EXPECT_EQ(fleet.take_sent(1), Words{"HEARTBEAT 100 bar.a#3"});
}

TEST(RouterLatest, voids_what_waits_when_the_kill_switch_is_engaged) {
    RouterConfig config = latest_quotes(2);
    config.rules[0].gated = true;
    config.window.frames = 1;
    FakeFleet fleet(config);
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.publish(0, "quote.a");
    fleet.publish(0, "quote.a");
    fleet.output.gate_reading = {false, 6};  // Engaged and released again.
    fleet.take_sent(0);
    fleet.take_sent(1);
    fleet.credit(1, 1, 0);
    EXPECT_TRUE(fleet.take_sent(1).empty());
    EXPECT_EQ(fleet.take_sent(0), Words{"REFUSED quote.a#2 -15"});
}

TEST(RouterLatest, counts_what_waited_when_the_link_ends_as_dropped) {
    RouterConfig config = latest_quotes(2);
    config.window.frames = 1;
    FakeFleet fleet(config);
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.publish(0, "quote.a");
    fleet.publish(0, "quote.a");
    fleet.core.open_link(1, 2, "token");
    EXPECT_EQ(fleet.core.counts().dropped_link_ended, 1U);
}

TEST(RouterLatest, is_delivered_like_stream_under_a_replay_clock) {
    RouterConfig config = latest_quotes(2);
    config.has_replay_clock = true;
    FakeFleet fleet(config);
    for (std::uint16_t agent = 0; agent < 2; ++agent) {
        fleet.join(agent, agent == 1 ? Words{">"} : Words{});
        fleet.core.set_state(agent, "running");
        fleet.started(agent);
    }
    fleet.publish(0, "quote.a");
    fleet.publish(0, "quote.a");
    fleet.done(1);
    fleet.done(1);
    EXPECT_EQ(fleet.take_sent(1), (Words{"quote.a#1", "quote.a#2"}));
}

}  // namespace
}  // namespace drover
