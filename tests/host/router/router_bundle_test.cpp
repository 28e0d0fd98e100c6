/// Small messages that arrive together leave together.
#include <array>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "tests/host/router/fake_fleet.hpp"

namespace drover {
namespace {

TEST(RouterBundles, small_messages_of_one_burst_leave_in_one_frame) {
    FakeFleet fleet(fleet_of(2));
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.begin_burst();
    for (int count = 0; count < 3; ++count) {
        fleet.publish(0, "x");
    }
    EXPECT_TRUE(fleet.output.sent[1].empty());
    fleet.end_burst();
    EXPECT_EQ(fleet.output.sent[1].size(), 1U);
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#1", "x#2", "x#3"}));
    EXPECT_EQ(fleet.core.counts().messages_out, 3U);
}

TEST(RouterBundles, a_message_that_comes_alone_leaves_as_itself) {
    FakeFleet fleet(fleet_of(2));
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.publish(0, "x");
    ASSERT_EQ(fleet.output.sent[1].size(), 1U);
    EXPECT_FALSE(is_control_frame(fleet.output.sent[1].front().bytes()));
}

TEST(RouterBundles, a_large_message_goes_alone_and_stays_behind_the_small_ones) {
    FakeFleet fleet(fleet_of(2));
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.begin_burst();
    fleet.publish(0, "x");
    fleet.publish(0, "x");
    fleet.publish(0, "x", smallest_unbundled);
    fleet.end_burst();
    EXPECT_EQ(fleet.output.sent[1].size(), 2U);
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#1", "x#2", "x#3"}));
}

TEST(RouterBundles, a_gated_message_goes_alone) {
    RouterConfig config = fleet_of(2);
    RouterRule rule;
    rule.pattern = "order.>";
    rule.gated = true;
    config.rules.push_back(rule);
    FakeFleet fleet(config);
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.begin_burst();
    fleet.publish(0, "x");
    fleet.publish(0, "order.x");
    fleet.publish(0, "order.x");
    fleet.end_burst();
    EXPECT_EQ(fleet.output.sent[1].size(), 3U);
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#1", "order.x#2", "order.x#3"}));
}

TEST(RouterBundles, takes_credit_for_each_message_in_it) {
    RouterConfig config = fleet_of(2);
    config.window.frames = 2;
    FakeFleet fleet(config);
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.begin_burst();
    for (int count = 0; count < 5; ++count) {
        fleet.publish(0, "x");
    }
    fleet.end_burst();
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#1", "x#2"}));
    fleet.credit(1, 2, 1000);
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#3", "x#4"}));
}

TEST(RouterBundles, a_burst_longer_than_the_queue_drops_nothing_while_there_is_credit) {
    RouterConfig config = fleet_of(2);
    config.queue = 2;
    FakeFleet fleet(config);
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.begin_burst();
    for (int count = 0; count < 5; ++count) {
        fleet.publish(0, "x");
    }
    fleet.end_burst();
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#1", "x#2", "x#3", "x#4", "x#5"}));
    EXPECT_EQ(fleet.core.counts().dropped(), 0U);
}

TEST(RouterBundles, a_bundle_that_a_blocked_link_does_not_take_stays_queued) {
    FakeFleet fleet(fleet_of(2));
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.output.blocked[1] = true;
    fleet.begin_burst();
    fleet.publish(0, "x");
    fleet.publish(0, "x");
    fleet.end_burst();
    EXPECT_TRUE(fleet.core.wants_to_send(1));
    fleet.output.blocked[1] = false;
    fleet.core.flush(1);
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#1", "x#2"}));
}

TEST(RouterBundles, an_agent_s_bundle_is_taken_apart) {
    FakeFleet sender(fleet_of(2));
    sender.join(0, {});
    sender.join(1, {">"});
    sender.begin_burst();
    sender.publish(0, "x");
    sender.publish(0, "x");
    sender.end_burst();
    const std::vector<Frame> bundle = sender.output.sent[1];
    ASSERT_EQ(bundle.size(), 1U);

    FakeFleet fleet(fleet_of(2));
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.give(0, bundle.front().bytes());
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#1", "x#2"}));
    EXPECT_EQ(fleet.core.counts().messages_in, 2U);
}

TEST(RouterBundles, a_malformed_bundle_is_counted) {
    FakeFleet fleet(fleet_of(2));
    fleet.join(0, {});
    std::array<std::byte, control_head_size + 8> bytes{};
    encode_control_head(std::span(bytes).first<control_head_size>(), ControlKind::bundle, 8);
    fleet.give(0, bytes);
    EXPECT_EQ(fleet.core.counts().malformed, 1U);
}

}  // namespace
}  // namespace drover
