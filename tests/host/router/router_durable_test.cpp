/// Durable delivery on the wall clock: nothing lost and nothing twice, whoever is restarted.
#include <gtest/gtest.h>

#include "tests/host/router/durable_fleet.hpp"

namespace drover {
namespace {

TEST(RouterDurable, delivers_and_acknowledges_only_what_is_on_disk) {
    JoinedFleet fleet;
    fleet->begin_burst();  // Nothing is committed before its end.
    fleet.publish(0, "d.x", 1);
    EXPECT_TRUE(fleet.take(0).empty());
    EXPECT_TRUE(fleet.take(1).empty());
    fleet->end_burst();
    fleet.settle();
    EXPECT_EQ(fleet.take(0), (Words{"LOGGED 1", "d.x@1"}));  // Its own port covers the topic too.
    EXPECT_EQ(fleet.take(1), Words{"d.x@1"});
    EXPECT_EQ(fleet->output.tapped.size(), 1U);
}

TEST(RouterDurable, counts_nothing_as_lost_that_comes_again_behind_the_hello) {
    JoinedFleet fleet;
    fleet->core.open_link(0, 2, "token");
    fleet.publish(0, "d.x", 1, 2);
    EXPECT_EQ(fleet->core.counts().dropped_before_hello, 0U);
    fleet.join(0, 0, 0, 2);
    fleet.publish(0, "d.x", 1, 2);
    fleet.settle();
    EXPECT_EQ(fleet.take(1), Words{"d.x@1"});
    EXPECT_EQ(fleet->core.counts().dropped(), 0U);
}

TEST(RouterDurable, leaves_streams_as_they_are) {
    JoinedFleet fleet;
    fleet->publish(0, "s.x");
    EXPECT_EQ(fleet.take(1), Words{"s.x@0"});
    EXPECT_EQ(fleet->core.durable()->log().head(), 0U);
}

TEST(RouterDurable, drops_what_came_before_and_acknowledges_it_again) {
    JoinedFleet fleet;
    fleet.publish_up_to(2);
    fleet.take(0);
    fleet.take(1);
    fleet.publish_up_to(2);
    EXPECT_EQ(fleet.take(0), (Words{"LOGGED 2", "LOGGED 2"}));
    EXPECT_TRUE(fleet.take(1).empty());
    EXPECT_EQ(fleet->core.durable()->log().head(), 2U);
}

TEST(RouterDurable, takes_nothing_behind_a_gap) {
    JoinedFleet fleet;
    fleet.publish(0, "d.x", 1);
    fleet.publish(0, "d.x", 3);
    fleet.settle();
    EXPECT_EQ(fleet.take(1), Words{"d.x@1"});
    EXPECT_EQ(fleet->core.counts().malformed, 1U);
}

TEST(RouterDurable, declines_a_publisher_whose_messages_do_not_follow_on_the_log) {
    JoinedFleet fleet;
    fleet.publish(0, "d.x", 7);
    fleet.publish(0, "d.x", 8);
    fleet.settle();
    const Words told = fleet.take(0);
    ASSERT_EQ(told.size(), 1U) << "it is told once";
    EXPECT_NE(told[0].find("goes on with its durable message 7, and the durable log holds 0 of it"),
              std::string::npos)
        << told[0];
    EXPECT_EQ(fleet->core.counts().malformed, 1U) << "what was on its way then is none of its own";
    fleet.join(0, 0, 8, 2);
    fleet.publish(0, "d.x", 9, 2);
    fleet.settle();
    EXPECT_EQ(fleet.take(0).size(), 1U) << "and so is its next life";
    EXPECT_EQ(fleet->core.durable()->log().head(), 0U);
}

TEST(RouterDurable, takes_what_an_earlier_life_published) {
    DurableFleet fleet(durable_fleet_of(2));
    fleet.join(1);
    fleet.join(0, 0, 2, 5);
    fleet.publish(0, "d.x", 1, 4);
    fleet.publish(0, "d.x", 2, 5);
    fleet.publish(0, "d.x", 3, 6);  // No life that there was.
    fleet.settle();
    EXPECT_EQ(fleet.take(1), (Words{"d.x@1", "d.x@2"}));
    EXPECT_EQ(fleet->core.counts().malformed, 1U);
}

TEST(RouterDurable, keeps_messages_for_receivers_that_are_not_there) {
    DurableFleet fleet(durable_fleet_of(2));
    fleet.join(0);
    fleet.publish(0, "d.x", 1);
    fleet.publish(0, "d.y", 2);
    fleet.settle();
    EXPECT_EQ(fleet.join(1).cursor, 0U);
    EXPECT_EQ(fleet.take(1), (Words{"d.x@1", "d.y@2"}));
}

TEST(RouterDurable, sends_again_what_was_not_handled_and_nothing_else) {
    JoinedFleet fleet;
    fleet.publish_up_to(3);
    fleet.handled(1, 1);
    fleet.take(1);
    // It had committed the second one before it died, and could not say so.
    EXPECT_EQ(fleet.join(1, 2, 0, 2).cursor, 2U);
    EXPECT_EQ(fleet.take(1), Words{"d.x@3"});
}

TEST(RouterDurable, begins_a_new_receiver_at_the_head_of_the_log) {
    RouterConfig config = durable_fleet_of(2);
    DurableFleet fleet(config);
    fleet.join(0);
    fleet.publish_up_to(1);
    FleetChange change;
    change.rules = config.rules;
    change.join.push_back({"late", 110, {">"}, {">"}});
    fleet->core.change_fleet(change);
    fleet.publish(0, "d.x", 2);
    fleet.settle();
    EXPECT_EQ(fleet.join(2).cursor, 1U);
    EXPECT_EQ(fleet.take(2), Words{"d.x@2"});
}

TEST(RouterDurable, gives_observers_copies_that_are_streams) {
    RouterConfig config = durable_fleet_of(3);
    config.agents[2].is_observer = true;
    JoinedFleet fleet(config);
    fleet.publish_up_to(1);
    EXPECT_EQ(fleet.take(1), Words{"d.x@1"});
    EXPECT_EQ(fleet.take(2), Words{"d.x@0"});
    EXPECT_EQ(fleet.status().at("receivers").size(), 2U);
}

TEST(RouterDurable, waits_only_for_the_receivers_that_the_rule_names) {
    RouterConfig config = durable_fleet_of(3);
    config.rules[0].receivers = {"b"};
    config.rules[1].receivers = {"b"};
    JoinedFleet fleet(config);
    fleet.publish_up_to(1);
    EXPECT_EQ(fleet.take(1), Words{"d.x@1"});
    EXPECT_EQ(fleet.take(2), Words{"d.x@0"});
}

TEST(RouterDurable, passes_over_what_a_receiver_has_not_subscribed) {
    DurableFleet fleet(durable_fleet_of(2));
    fleet.join(0);
    HelloBody hello = fleet.hello_of(1);
    hello.subscriptions = {"d.y"};
    fleet.say_hello(1, hello);
    fleet.publish(0, "d.x", 1);
    fleet.publish(0, "d.y", 2);
    fleet.settle();
    EXPECT_EQ(fleet.take(1), Words{"d.y@2"});
}

TEST(RouterDurable, has_no_more_in_flight_than_the_window) {
    RouterConfig config = durable_fleet_of(2);
    config.window.frames = 2;
    JoinedFleet fleet(config);
    fleet->begin_burst();
    for (std::uint64_t sequence = 1; sequence <= 5; ++sequence) {
        fleet.publish(0, "d.x", sequence);
    }
    fleet->end_burst();
    fleet.settle();
    EXPECT_EQ(fleet.take(1), (Words{"d.x@1", "d.x@2"}));
    fleet.handled(1, 2);
    fleet->credit(1, 2, 1U << 20U);
    EXPECT_EQ(fleet.take(1), (Words{"d.x@3", "d.x@4"}));
}

TEST(RouterDurable, lets_streams_and_the_log_take_turns) {
    RouterConfig config = durable_fleet_of(2);
    config.window.frames = 1;
    JoinedFleet fleet(config);
    constexpr std::size_t large = 2000;  // Not bundled.
    for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
        fleet.publish(0, "d.x", sequence, 1, large);
        fleet->publish(0, "s.x", large);
    }
    fleet.settle();
    for (int times = 0; times < 6; ++times) {
        fleet->credit(1, 1, 1U << 20U);
    }
    const Words words = fleet.take(1);
    ASSERT_EQ(words.size(), 6U);
    EXPECT_EQ(words[0], "s.x@0");
    EXPECT_NE(words[1] == "s.x@0", words[2] == "s.x@0");
    EXPECT_NE(words[3] == "s.x@0", words[4] == "s.x@0");
}

TEST(RouterDurable, sends_again_what_the_link_did_not_take) {
    JoinedFleet fleet;
    fleet->output.blocked[1] = true;
    fleet.publish_up_to(2);
    EXPECT_TRUE(fleet->core.wants_to_send(1));
    fleet->output.blocked[1] = false;
    fleet->core.flush(1);
    EXPECT_EQ(fleet.take(1), (Words{"d.x@1", "d.x@2"}));
}

TEST(RouterDurable, does_not_count_what_was_not_for_a_receiver_as_handled_by_it) {
    DurableFleet fleet(durable_fleet_of(2));
    fleet.join(0);
    HelloBody hello = fleet.hello_of(1);
    hello.log = fleet->core.durable()->log().id();
    hello.subscriptions = {"d.y"};
    fleet.say_hello(1, hello);
    fleet.publish(0, "d.y", 1);
    fleet.publish(0, "d.x", 2);
    fleet.settle();
    fleet.handled(1, 1);
    hello.cursor = 1;
    EXPECT_EQ(fleet.say_hello(1, hello).cursor, 2U);
    // Its file still says 1, and that is no older copy.
    EXPECT_EQ(fleet.say_hello(1, hello).cursor, 2U) << fleet.declined;
}

TEST(RouterDurable, sends_no_heartbeat_of_durable_topics) {
    JoinedFleet fleet;
    fleet->give(0, encode_heartbeat({100, 1, {{"d.x", 1}, {"s.x", 2}}}));
    EXPECT_EQ(fleet.take(1), Words{"HEARTBEAT 100 s.x#2"});
}

}  // namespace
}  // namespace drover
