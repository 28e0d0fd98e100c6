/// The router under a replay clock: the order of deliveries, and agents that come and go.
#include <gtest/gtest.h>

#include "tests/host/router/fake_fleet.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;

RouterConfig replay_fleet(std::size_t agents) {
    RouterConfig config = fleet_of(agents);
    config.has_replay_clock = true;
    return config;
}

class RouterReplay : public testing::Test {
protected:
    explicit RouterReplay(RouterConfig config = replay_fleet(3)) : fleet_(std::move(config)) {}

    /// Agent 0 owns the clock and publishes, 1 and 2 receive everything.
    void join_all() {
        for (std::uint16_t agent = 0; agent < 3; ++agent) {
            join(agent);
            fleet_.started(agent);
        }
    }
    void join(std::uint16_t agent, std::uint32_t incarnation = 1, std::int64_t fleet_time = 0) {
        fleet_.join(agent, agent == 0 ? Words{} : Words{">"}, incarnation, fleet_time);
        fleet_.core.set_state(agent, "running");
    }
    /// What was sent to all since the last call: "1 x#1".
    Words take_all() {
        Words all;
        for (std::uint16_t agent = 0; agent < 3; ++agent) {
            for (const std::string& words : fleet_.take_sent(agent)) {
                all.push_back(std::to_string(agent) + " " + words);
            }
        }
        return all;
    }

    FakeFleet fleet_;
};

TEST_F(RouterReplay, hands_out_one_delivery_at_a_time_in_the_files_order) {
    join_all();
    fleet_.publish(0, "x");
    fleet_.publish(0, "y");
    EXPECT_EQ(take_all(), Words{"1 x#1"});
    fleet_.publish(1, "z");  // Published while x is handled: behind what was there.
    EXPECT_TRUE(take_all().empty());
    fleet_.done(1);
    EXPECT_EQ(take_all(), Words{"2 x#1"});
    fleet_.done(2);
    EXPECT_EQ(take_all(), Words{"1 y#2"});
    fleet_.done(1);
    EXPECT_EQ(take_all(), Words{"2 y#2"});
    fleet_.done(2);
    EXPECT_EQ(take_all(), Words{"1 z#1"});
    fleet_.done(1);
    EXPECT_EQ(take_all(), Words{"2 z#1"});
    fleet_.done(2);
    EXPECT_TRUE(take_all().empty());
}

TEST_F(RouterReplay, moves_the_clock_only_when_everything_is_settled) {
    join_all();
    fleet_.publish(0, "x");
    fleet_.ask_advance(0, 1000, 0, 77);
    EXPECT_EQ(take_all(), Words{"1 x#1"});
    fleet_.done(1);
    fleet_.done(2);
    EXPECT_EQ(take_all(), (Words{"0 ADVANCED 1000 77", "2 x#1"}));
    fleet_.publish(0, "y");
    fleet_.ask_advance(0, 2000, 0, 78);
    EXPECT_TRUE(take_all().empty()) << "the owner's own callback is not through";
    fleet_.done(0);
    EXPECT_EQ(take_all(), Words{"1 y#2"});
}

TEST_F(RouterReplay, stamps_messages_with_the_fleets_time) {
    join_all();
    fleet_.ask_advance(0, 1000);
    fleet_.publish(0, "x");
    fleet_.done(0);
    ASSERT_EQ(fleet_.output.sent[1].size(), 1U);
    for (const Frame& frame : {fleet_.output.sent[1][0], fleet_.output.tapped[0]}) {
        EXPECT_EQ(MessageFrame::decode(frame.bytes())->header.publish_time, 1000);
    }
}

TEST_F(RouterReplay, fires_timers_due_before_the_asked_time_in_the_files_order) {
    join_all();
    fleet_.ask_advance(0, 1000);
    take_all();
    fleet_.done(0);
    fleet_.started(2, 1500);  // Timers set outside of a delivery.
    fleet_.started(1, 1500);
    fleet_.ask_advance(0, 2000, 0, 5);
    EXPECT_EQ(take_all(), Words{"1 TIMER 1500"});
    fleet_.publish(1, "x");
    fleet_.done(1);
    EXPECT_EQ(take_all(), Words{"1 x#1"}) << "messages come before timers";
    fleet_.done(1);
    EXPECT_EQ(take_all(), Words{"2 x#1"});
    fleet_.done(2, 1500);
    EXPECT_EQ(take_all(), Words{"2 TIMER 1500"});
    fleet_.done(2);
    EXPECT_EQ(take_all(), Words{"0 ADVANCED 2000 5"});
}

TEST_F(RouterReplay, paces_advances_by_their_delay) {
    join_all();
    const Monotonic start(1h);
    fleet_.core.tick(start);
    fleet_.ask_advance(0, 1000, 4'000'000);
    EXPECT_EQ(take_all(), Words{"0 ADVANCED 1000 1"}) << "the first one waits for nothing";
    fleet_.ask_advance(0, 2000, 4'000'000);
    fleet_.done(0);
    EXPECT_EQ(fleet_.core.deadline(), start + 4ms);
    fleet_.core.tick(start + 3999us);
    EXPECT_TRUE(take_all().empty());
    fleet_.core.tick(start + 5ms);
    EXPECT_EQ(take_all(), Words{"0 ADVANCED 2000 1"});
    fleet_.ask_advance(0, 3000, 4'000'000);
    fleet_.done(0);
    EXPECT_EQ(fleet_.core.deadline(), start + 8ms) << "a late turn does not slow the rate";
    fleet_.core.tick(start + 1s);
    fleet_.ask_advance(0, 4000, 4'000'000);
    fleet_.done(0);
    EXPECT_EQ(fleet_.core.deadline(), start + 1s + 4ms) << "a long pause is not caught up";
}

TEST_F(RouterReplay, waits_until_everybody_is_running_and_has_started) {
    fleet_.core.tick(Monotonic(1h));
    EXPECT_EQ(fleet_.output.waiting.back(), (Words{"a", "b", "c"}));
    join(2);
    fleet_.publish(2, "early");
    fleet_.started(2);
    join(0);
    fleet_.publish(0, "early");
    fleet_.ask_advance(0, 1000);
    fleet_.started(0);
    EXPECT_EQ(fleet_.output.waiting.back(), Words{"b"});
    EXPECT_TRUE(take_all().empty());
    join(1);
    EXPECT_TRUE(take_all().empty());
    fleet_.started(1);
    EXPECT_TRUE(fleet_.output.waiting.back().empty());
    // What starts published enters in the file's order, whoever was first.
    EXPECT_EQ(take_all(), Words{"1 early#1"});
    EXPECT_EQ(MessageFrame::decode(fleet_.output.tapped[0].bytes())->header.publisher, 100U);
    fleet_.done(1);
    fleet_.done(2);
    fleet_.done(1);
    fleet_.done(2);
    EXPECT_EQ(take_all(), (Words{"0 ADVANCED 1000 1", "1 early#1", "2 early#1", "2 early#1"}));
}

TEST_F(RouterReplay, pauses_while_an_agent_restarts_and_loses_only_what_it_was_handling) {
    join_all();
    fleet_.publish(0, "x");
    fleet_.publish(0, "y");
    EXPECT_EQ(take_all(), Words{"1 x#1"});
    fleet_.core.set_state(1, "backing_off");
    EXPECT_EQ(fleet_.output.waiting.back(), Words{"b"});
    EXPECT_TRUE(take_all().empty());
    fleet_.core.set_state(1, "starting");
    join(1, 2);
    EXPECT_TRUE(take_all().empty()) << "its start may still publish";
    fleet_.started(1);
    EXPECT_EQ(take_all(), Words{"2 x#1"});
    fleet_.done(2);
    EXPECT_EQ(take_all(), Words{"1 y#2"});
    EXPECT_EQ(fleet_.core.counts().dropped_link_ended, 1U);
}

TEST_F(RouterReplay, forgets_the_advance_of_an_owner_that_died) {
    join_all();
    fleet_.publish(0, "x");
    fleet_.ask_advance(0, 1000);
    fleet_.core.set_state(0, "backing_off");
    join(0, 2);
    fleet_.started(0);
    fleet_.done(1);
    fleet_.done(2);
    EXPECT_EQ(take_all(), (Words{"1 x#1", "2 x#1"})) << "no advance is open";
    fleet_.ask_advance(0, 1000);
    EXPECT_EQ(take_all(), Words{"0 ADVANCED 1000 1"});
}

TEST_F(RouterReplay, leaves_out_agents_that_are_stopped) {
    join_all();
    fleet_.started(1, 500);
    fleet_.publish(0, "x");
    EXPECT_EQ(take_all(), Words{"1 x#1"});
    fleet_.core.set_state(1, "stopped");
    EXPECT_EQ(take_all(), Words{"2 x#1"});
    fleet_.publish(0, "y");
    fleet_.done(2);
    EXPECT_EQ(take_all(), Words{"2 y#2"});
    fleet_.ask_advance(0, 1000);
    fleet_.done(2);
    EXPECT_EQ(take_all(), Words{"0 ADVANCED 1000 1"}) << "its timer does not count";
}

TEST_F(RouterReplay, goes_on_at_the_latest_time_that_agents_have_heard) {
    join(0, 3, 700);
    join(1, 3, 900);
    join(2, 3, 800);
    for (std::uint16_t agent = 0; agent < 3; ++agent) {
        fleet_.started(agent);
    }
    fleet_.publish(0, "x");
    EXPECT_EQ(MessageFrame::decode(fleet_.output.tapped[0].bytes())->header.publish_time, 900);
    fleet_.say_hello(2, {">"});
    EXPECT_EQ(take_all().back(), "2 READY 900");
}

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

class RouterReplayShares : public RouterReplay {
protected:
    /// Agent 1 receives all, 2 to 4 take turns.
    static RouterConfig sharing() {
        RouterConfig config = replay_fleet(5);
        for (std::size_t agent = 2; agent < 5; ++agent) {
            config.agents[agent].instance_of = "worker";
            config.agents[agent].sharing = Sharing::round_robin;
        }
        return config;
    }
    RouterReplayShares() : RouterReplay(sharing()) {
        for (std::uint16_t agent = 0; agent < 5; ++agent) {
            join(agent);
            fleet_.started(agent);
        }
    }
    /// Who got it after agent 1, and how it was called.
    std::string share_of(const std::string& message) {
        fleet_.publish(0, message);
        EXPECT_EQ(fleet_.take_sent(1).size(), 1U);
        fleet_.done(1);
        std::string got;
        for (std::uint16_t agent = 2; agent < 5; ++agent) {
            for (const std::string& words : fleet_.take_sent(agent)) {
                got += std::to_string(agent) + " " + words;
                fleet_.done(agent);
            }
        }
        return got;
    }
};

TEST_F(RouterReplayShares, are_entries_of_the_one_queue_in_the_files_order) {
    EXPECT_EQ(share_of("x"), "2 x#1");
    EXPECT_EQ(share_of("x"), "3 x#2");
    EXPECT_EQ(share_of("x"), "4 x#3");
    EXPECT_EQ(share_of("x"), "2 x#4");
}

TEST_F(RouterReplayShares, leave_out_who_is_stopped_and_wait_for_who_comes_back) {
    fleet_.core.set_state(3, "stopped");
    EXPECT_EQ(share_of("x"), "2 x#1");
    EXPECT_EQ(share_of("x"), "4 x#2");
    fleet_.core.set_state(4, "backing_off");
    fleet_.publish(0, "x");
    EXPECT_TRUE(fleet_.take_sent(1).empty()) << "the replay waits for agent 4";
    join(4, 2);
    fleet_.started(4);
    EXPECT_EQ(fleet_.take_sent(1), Words{"x#3"});
    fleet_.done(1);
    EXPECT_EQ(fleet_.take_sent(2), Words{"x#3"});
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
