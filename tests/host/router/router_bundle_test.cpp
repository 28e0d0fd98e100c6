/// Small messages that arrive together leave together.
#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <utility>
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

TEST(RouterBundles, a_bundle_is_passed_on_as_it_came_to_all_its_receivers) {
    FakeFleet fleet(fleet_of(3));
    fleet.join(0, {});
    fleet.join(1, {"x", "y"});
    fleet.join(2, {">"});
    const std::vector<std::byte> bundle = fleet.publish_together(0, {"x", "y", "x"});
    for (const std::uint16_t receiver : {std::uint16_t{1}, std::uint16_t{2}}) {
        ASSERT_EQ(fleet.output.sent[receiver].size(), 1U);
        EXPECT_TRUE(std::ranges::equal(fleet.output.sent[receiver].front().bytes(), bundle));
    }
    EXPECT_EQ(fleet.core.counts().messages_in, 3U);
    EXPECT_EQ(fleet.core.counts().messages_out, 6U);
    EXPECT_EQ(fleet.output.tapped.size(), 3U);
}

TEST(RouterBundles, each_receiver_gets_its_own_messages_of_a_bundle_in_their_order) {
    FakeFleet fleet(fleet_of(4));
    fleet.join(0, {});
    fleet.join(1, {"x"});
    fleet.join(2, {"x", "y"});
    fleet.join(3, {"z"});
    fleet.publish_together(0, {"x", "x", "y", "x", "y", "y", "z"});
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#1", "x#2", "x#4"}));
    EXPECT_EQ(fleet.take_sent(2), (Words{"x#1", "x#2", "y#3", "x#4", "y#5", "y#6"}));
    EXPECT_EQ(fleet.take_sent(3), (Words{"z#7"}));
}

TEST(RouterBundles, what_needs_a_look_of_its_own_keeps_its_place_in_a_bundle) {
    RouterConfig config = fleet_of(2);
    RouterRule gated;
    gated.pattern = "order.>";
    gated.gated = true;
    config.rules.push_back(gated);
    RouterRule denied;
    denied.pattern = "secret";
    denied.publishers = std::vector<std::string>{"b"};
    config.rules.push_back(denied);
    FakeFleet fleet(config);
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.publish_together(0, {"x", "x", "order.x", "x", "x", "secret", "x"});
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#1", "x#2", "order.x#3", "x#4", "x#5", "x#7"}));
    EXPECT_EQ(fleet.take_sent(0), (Words{"REFUSED secret#6 -14"}));
    fleet.output.gate_reading = {true, 4};
    fleet.publish_together(0, {"x", "x", "order.x", "x"});
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#8", "x#9", "x#11"}));
}

TEST(RouterBundles, as_much_of_a_bundle_leaves_as_there_is_credit_for) {
    RouterConfig config = fleet_of(2);
    config.window.frames = 4;
    FakeFleet fleet(config);
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.publish_together(0, {"x", "x", "x"});
    fleet.publish_together(0, {"x", "x", "x"});
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#1", "x#2", "x#3", "x#4"}));
    fleet.credit(1, 1, 100);
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#5"}));
    fleet.credit(1, 4, 1000);
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#6"}));
    EXPECT_EQ(fleet.core.counts().messages_out, 6U);
}

TEST(RouterBundles, a_full_queue_drops_the_oldest_messages_of_a_bundle_and_no_more) {
    RouterConfig config = fleet_of(2);
    config.queue = 4;
    config.window.frames = 1;
    FakeFleet fleet(config);
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.publish(0, "x");
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#1"}));
    fleet.publish_together(0, {"x", "x", "x"});
    fleet.publish_together(0, {"x", "x"});
    fleet.publish(0, "x");
    EXPECT_EQ(fleet.core.counts().dropped_queue_full, 2U);
    Words left;
    for (int count = 0; count < 6; ++count) {
        fleet.credit(1, 1, 1000);
        for (const std::string& words : fleet.take_sent(1)) {
            left.push_back(words);
        }
    }
    EXPECT_EQ(left, (Words{"x#4", "x#5", "x#6", "x#7"}));
}

/// How old the oldest message was that a receiver handled, counted in messages published since: for
/// each that it handles ten are published, a hundred in a bundle. It asks for `window` in flight.
std::uint64_t oldest_handled(std::uint32_t window) {
    constexpr std::uint64_t at_once = 100;
    constexpr std::uint64_t meanwhile = 10;
    FakeFleet fleet(fleet_of(2));
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.credit(1, 0, 0, window);
    std::deque<std::uint64_t> in_flight;
    std::uint64_t oldest = 0;
    std::uint32_t handled = 0;
    for (std::uint64_t published = at_once; published <= 20'000; published += at_once) {
        fleet.publish_together(0, Words(at_once, "x"));
        for (std::uint64_t count = 0; count < at_once / meanwhile; ++count) {
            for (const std::string& words : fleet.take_sent(1)) {
                in_flight.push_back(std::stoull(words.substr(2)));
            }
            oldest = std::max(oldest, published - in_flight.front());
            in_flight.pop_front();
            if (++handled == window / 4) {
                fleet.credit(1, std::exchange(handled, 0), 0, window);
            }
        }
    }
    return oldest;
}

TEST(RouterBundles, a_slow_receiver_lags_by_its_queue_and_by_what_it_lets_be_in_flight) {
    EXPECT_LE(oldest_handled(256), 1024U + 256 * 10 + 100);
    EXPECT_GT(oldest_handled(256), 256U * 10) << "the window is what counts";
    EXPECT_LE(oldest_handled(32), 1024U + 32 * 10 + 100);
}

TEST(RouterBundles, a_bundle_longer_than_the_queue_is_taken_apart) {
    RouterConfig config = fleet_of(2);
    config.queue = 2;
    FakeFleet fleet(config);
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.publish_together(0, {"x", "x", "x", "x", "x"});
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#1", "x#2", "x#3", "x#4", "x#5"}));
    EXPECT_EQ(fleet.core.counts().dropped(), 0U);
}

TEST(RouterBundles, a_bundle_waits_whole_for_a_blocked_link) {
    FakeFleet fleet(fleet_of(2));
    fleet.join(0, {});
    fleet.join(1, {">"});
    fleet.output.blocked[1] = true;
    const std::vector<std::byte> bundle = fleet.publish_together(0, {"x", "x"});
    EXPECT_TRUE(fleet.core.wants_to_send(1));
    fleet.output.blocked[1] = false;
    fleet.core.flush(1);
    ASSERT_EQ(fleet.output.sent[1].size(), 1U);
    EXPECT_TRUE(std::ranges::equal(fleet.output.sent[1].front().bytes(), bundle));
}

TEST(RouterBundles, the_messages_before_a_fault_count) {
    FakeFleet fleet(fleet_of(2));
    fleet.join(0, {});
    fleet.join(1, {">"});
    FakeFleet other(fleet_of(2));
    other.join(0, {});
    std::vector<std::byte> bundle = other.publish_together(0, {"x", "x", "x"});
    bundle[bundle.size() - 104] = std::byte{0};  // The third message's size.
    bundle[bundle.size() - 103] = std::byte{0};
    fleet.give(0, bundle);
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#1", "x#2"}));
    EXPECT_EQ(fleet.core.counts().malformed, 1U);
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
