// The router under a replay clock: what it sends besides the conductor's one delivery at a time.
#include <gtest/gtest.h>

#include "tests/host/router/replay_fleet.hpp"

namespace drover {
namespace {

struct RouterReplay : ReplayFleetTest {
    using ReplayFleetTest::ReplayFleetTest;
};

TEST_F(RouterReplay, sends_a_delivery_again_only_when_the_link_takes_it) {
    join_all();
    fleet_.output.blocked[1] = true;
    fleet_.publish(0, "x");
    EXPECT_TRUE(take_all().empty());
    EXPECT_TRUE(fleet_.core.wants_to_send(1));
    fleet_.output.blocked[1] = false;
    fleet_.core.flush(1);
    EXPECT_EQ(take_all(), Words{"1 x#1"});
    EXPECT_FALSE(fleet_.core.wants_to_send(1));
}

TEST_F(RouterReplay, does_not_hold_back_by_credit) {
    RouterConfig config = replay_fleet(2);
    config.window.frames = 1;
    FakeFleet fleet(config);
    for (std::uint16_t agent = 0; agent < 2; ++agent) {
        fleet.join(agent, agent == 0 ? Words{} : Words{">"});
        fleet.core.set_state(agent, "running");
        fleet.started(agent);
    }
    for (int count = 0; count < 3; ++count) {
        fleet.publish(0, "x");
        fleet.done(1);
    }
    EXPECT_EQ(fleet.take_sent(1), (Words{"x#1", "x#2", "x#3"}));
}

class RouterReplayGate : public RouterReplay {
protected:
    static RouterConfig gated() {
        RouterConfig config = replay_fleet(3);
        config.rules = {{"order.>", true, std::nullopt}};
        return config;
    }
    RouterReplayGate() : RouterReplay(gated()) {}
};

TEST_F(RouterReplayGate, voids_orders_that_still_wait_when_the_switch_is_engaged) {
    join_all();
    fleet_.publish(0, "plain");
    fleet_.publish(0, "order.x");
    fleet_.output.gate_reading = {true, 4};
    fleet_.done(1);
    fleet_.done(2);
    // Once, though there are two receivers.
    EXPECT_EQ(take_all(), (Words{"0 REFUSED order.x#2 -15", "1 plain#1", "2 plain#1"}));
}

TEST_F(RouterReplay, forwards_heartbeats_only_when_nothing_waits) {
    join_all();
    fleet_.publish(0, "x");
    take_all();
    const auto heartbeat = encode_heartbeat({fleet_.handle_of(0), 1, {{"x", 1}}});
    fleet_.give(0, heartbeat);
    EXPECT_TRUE(take_all().empty());
    fleet_.done(1);
    fleet_.done(2);
    take_all();
    fleet_.give(0, heartbeat);
    EXPECT_EQ(take_all(), (Words{"1 HEARTBEAT 100 x#1", "2 HEARTBEAT 100 x#1"}));
}

TEST_F(RouterReplay, takes_a_second_advance_for_a_fault) {
    join_all();
    fleet_.publish(0, "x");
    fleet_.ask_advance(0, 1000);
    fleet_.ask_advance(0, 2000);
    EXPECT_EQ(fleet_.core.counts().malformed, 1U);
}

TEST(RouterOnTheWallClock, takes_done_and_advance_for_faults) {
    FakeFleet fleet(fleet_of(1));
    fleet.join(0, {});
    fleet.done(0);
    fleet.ask_advance(0, 1000);
    EXPECT_EQ(fleet.core.counts().malformed, 2U);
}

}  // namespace
}  // namespace drover
