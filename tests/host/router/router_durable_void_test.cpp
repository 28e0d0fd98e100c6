/// Durable messages that are never delivered: refused, void by the kill switch, skipped by a
/// person.
#include <gtest/gtest.h>

#include <drover/status.h>

#include "tests/host/router/durable_fleet.hpp"

namespace drover {
namespace {

TEST(RouterDurable, logs_a_refusal_so_that_it_is_not_taken_when_it_comes_again) {
    JoinedFleet fleet;
    fleet->output.gate_reading = {true, 3};
    fleet.publish(0, "g.x", 1);
    EXPECT_EQ(fleet.take(0), Words{"REFUSED g.x#1 " + std::to_string(DROVER_E_GATED)});
    fleet.settle();
    EXPECT_EQ(fleet.take(0), Words{"LOGGED 1"});
    fleet->output.gate_reading = {false, 4};
    fleet.kill();
    fleet->output.gate_reading = {false, 4};
    fleet.join(0, 0, 1, 2);
    fleet.join(1);
    fleet.publish(0, "g.x", 1);
    fleet.publish(0, "g.x", 2, 2);
    fleet.settle();
    EXPECT_EQ(fleet.take(1), Words{"g.x@2"});
}

TEST(RouterDurable, voids_what_waited_when_the_kill_switch_was_engaged) {
    DurableFleet fleet(durable_fleet_of(3));
    fleet.join(0);
    fleet.publish(0, "g.x", 1);
    fleet.settle();
    fleet.take(0);
    fleet->output.gate_reading = {false, 4};  // Engaged and released meanwhile.
    fleet.join(1);
    fleet.join(2);
    EXPECT_TRUE(fleet.take(1).empty());
    EXPECT_TRUE(fleet.take(2).empty());
    EXPECT_EQ(fleet.take(0), Words{"REFUSED g.x#1 " + std::to_string(DROVER_E_GATED)});
    EXPECT_EQ(fleet->core.counts().refused, 1U);
}

TEST(RouterDurable, tells_a_sender_that_is_away_of_its_void_message_when_it_is_back) {
    DurableFleet fleet(durable_fleet_of(2));
    fleet.join(0);
    fleet.publish(0, "g.x", 1);
    fleet.settle();
    fleet->core.set_state(0, "backing_off");
    fleet->output.gate_reading = {true, 3};
    fleet.join(1);
    fleet.join(0, 1, 1, 2);
    EXPECT_EQ(fleet.take(0), Words{"REFUSED g.x#1 " + std::to_string(DROVER_E_GATED)});
}

TEST(RouterDurable, tells_a_sender_of_its_void_message_after_a_kill_of_the_router_as_well) {
    JoinedFleet fleet;
    fleet->output.blocked[1] = true;
    fleet.publish(0, "g.x", 1);
    fleet.publish(0, "g.x", 2);
    fleet.settle();
    fleet->core.set_state(0, "backing_off");
    fleet->give(1, encode_control(VoidedBody{1}));  // Found by the receiver,
    fleet->output.gate_reading = {true, 3};
    fleet->output.blocked[1] = false;
    fleet->core.flush(1);  // and by the router.
    fleet.settle();
    fleet.kill();
    fleet->output.gate_reading = {false, 4};
    fleet.join(1);
    fleet.join(0, 2, 2, 2);
    const std::string status = std::to_string(DROVER_E_GATED);
    EXPECT_EQ(fleet.take(0), (Words{"REFUSED g.x#1 " + status, "REFUSED g.x#2 " + status}));
    fleet.pass_time();
    fleet.kill();
    fleet.join(0, 2, 2, 3);
    EXPECT_TRUE(fleet.take(0).empty()) << "once";
}

TEST(RouterDurable, tells_the_sender_what_a_receiver_found_void) {
    JoinedFleet fleet;
    fleet.publish(0, "g.x", 1);
    fleet.settle();
    fleet.take(0);
    fleet->give(1, encode_control(VoidedBody{1}));
    fleet->give(1, encode_control(VoidedBody{1}));
    EXPECT_EQ(fleet.take(0), Words{"REFUSED g.x#1 " + std::to_string(DROVER_E_GATED)});
    fleet->give(1, encode_control(VoidedBody{9}));
    EXPECT_EQ(fleet->core.counts().malformed, 1U);
}

TEST(RouterDurable, skips_one_message_when_a_person_says_so) {
    DurableFleet fleet(durable_fleet_of(2));
    fleet.join(0);
    fleet.publish_up_to(3);
    auto& desk = *fleet->core.durable();
    const auto& agents = fleet->core.config().agents;
    EXPECT_TRUE(desk.skip(agents, "b", 2));
    EXPECT_FALSE(desk.skip(agents, "b", 4));
    EXPECT_FALSE(desk.skip(agents, "nobody", 1));
    fleet.settle();
    fleet.kill();
    fleet.join(1);
    EXPECT_EQ(fleet.take(1), (Words{"d.x@1", "d.x@3"}));
}

TEST(RouterDurable, skips_what_waits_first_when_no_position_is_named) {
    DurableFleet fleet(durable_fleet_of(2));
    fleet.join(0);
    auto& desk = *fleet->core.durable();
    EXPECT_EQ(desk.skip(fleet->core.config().agents, "b", 0).error().message,
              "No durable message waits for 'b'.");
    fleet.publish_up_to(2);
    EXPECT_TRUE(desk.skip(fleet->core.config().agents, "b", 0));
    fleet.join(1);
    EXPECT_EQ(fleet.take(1), Words{"d.x@2"});
}

}  // namespace
}  // namespace drover
