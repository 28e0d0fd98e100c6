// A replay is led by one order: of deliveries, timers and the clock, and agents that come and go.
#include "router/replay_conductor.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/host/router/replay_fleet.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t most_steps = ReplayQueue<ReplayMessage>::most_steps_per_instant;

struct ReplayConductorTest : ReplayFleetTest {};

TEST_F(ReplayConductorTest, hands_out_one_delivery_at_a_time_in_the_files_order) {
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

TEST_F(ReplayConductorTest, moves_the_clock_only_when_everything_is_settled) {
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

TEST_F(ReplayConductorTest, stamps_messages_with_the_fleets_time) {
    join_all();
    fleet_.ask_advance(0, 1000);
    fleet_.publish(0, "x");
    fleet_.done(0);
    ASSERT_EQ(fleet_.output.sent[1].size(), 1U);
    for (const Frame& frame : {fleet_.output.sent[1][0], fleet_.output.tapped[0]}) {
        EXPECT_EQ(MessageFrame::decode(frame.bytes())->header.publish_time, 1000);
    }
}

TEST_F(ReplayConductorTest, fires_timers_due_before_the_asked_time_in_the_files_order) {
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

TEST_F(ReplayConductorTest, paces_advances_by_their_delay) {
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

TEST_F(ReplayConductorTest, waits_until_everybody_is_running_and_has_started) {
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

TEST_F(ReplayConductorTest, pauses_while_an_agent_restarts_and_loses_only_what_it_was_handling) {
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

TEST_F(ReplayConductorTest, forgets_the_advance_of_an_owner_that_died) {
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

TEST_F(ReplayConductorTest, leaves_out_agents_that_are_stopped) {
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

TEST_F(ReplayConductorTest, goes_on_at_the_latest_time_that_agents_have_heard) {
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

TEST_F(ReplayConductorTest, takes_word_of_a_timer_that_was_set_meanwhile_for_no_answer) {
    join_all();
    fleet_.publish(0, "x");
    EXPECT_EQ(take_all(), Words{"1 x#1"});
    fleet_.started(1, 1500);
    EXPECT_TRUE(take_all().empty()) << "agent 1 still handles x";
    fleet_.done(1, 1500);
    EXPECT_EQ(take_all(), Words{"2 x#1"});
}

TEST_F(ReplayConductorTest, waits_for_no_time_while_somebody_is_missing_or_handles_something) {
    join_all();
    fleet_.core.tick(Monotonic(1h));
    fleet_.ask_advance(0, 1000, 4'000'000);
    fleet_.ask_advance(0, 2000, 4'000'000);
    EXPECT_FALSE(fleet_.core.deadline()) << "agent 0 handles its advance";
    fleet_.done(0);
    EXPECT_TRUE(fleet_.core.deadline());
    fleet_.core.set_state(1, "backing_off");
    EXPECT_FALSE(fleet_.core.deadline()) << "agent 1 is missing";
    fleet_.core.set_state(1, "stopped");
    EXPECT_TRUE(fleet_.core.deadline()) << "nobody waits for it any more";
}

TEST_F(ReplayConductorTest, stands_for_ever_in_an_instant_without_end_and_names_who_was_next) {
    join_all();
    fleet_.publish(0, "x");
    // Each time that agent 1 is through, it has a timer that is due at once.
    std::uint32_t steps = 0;
    while (fleet_.output.healths.empty() && steps <= 2 * most_steps) {
        for (const std::uint16_t agent : {std::uint16_t{1}, std::uint16_t{2}}) {
            fleet_.done(agent, agent == 1 ? 0 : DoneBody::no_timer);
            steps += static_cast<std::uint32_t>(fleet_.output.sent[agent].size());
            fleet_.output.sent[agent].clear();
        }
    }
    EXPECT_EQ(steps, most_steps);
    ASSERT_EQ(fleet_.output.healths.size(), 1U);
    EXPECT_EQ(fleet_.output.healths[0].code, "replay.endless");
    EXPECT_NE(fleet_.output.healths[0].message.find("Agent 'b' is part of a cycle"),
              std::string::npos);
    fleet_.publish(0, "y");
    fleet_.ask_advance(0, 1000);
    EXPECT_TRUE(take_all().empty());
    EXPECT_FALSE(fleet_.core.deadline());
}

class ReplayConductorShares : public ReplayFleetTest {
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
    ReplayConductorShares() : ReplayFleetTest(sharing()) { join_all(); }
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

TEST_F(ReplayConductorShares, are_entries_of_the_one_queue_in_the_files_order) {
    EXPECT_EQ(share_of("x"), "2 x#1");
    EXPECT_EQ(share_of("x"), "3 x#2");
    EXPECT_EQ(share_of("x"), "4 x#3");
    EXPECT_EQ(share_of("x"), "2 x#4");
}

TEST_F(ReplayConductorShares, leave_out_who_is_stopped_and_wait_for_who_comes_back) {
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

class ReplayConductorMixed : public ReplayFleetTest {
protected:
    /// Agents 1 and 3 take turns, 2 and 4 receive all.
    static RouterConfig mixed() {
        RouterConfig config = replay_fleet(5);
        for (const std::size_t agent : {std::size_t{1}, std::size_t{3}}) {
            config.agents[agent].instance_of = "worker";
            config.agents[agent].sharing = Sharing::round_robin;
        }
        return config;
    }
    ReplayConductorMixed() : ReplayFleetTest(mixed()) { join_all(); }

    /// Who got it, one after the other.
    std::vector<std::uint16_t> path_of(const std::string& message) {
        fleet_.publish(0, message);
        std::vector<std::uint16_t> path;
        for (bool has_moved = true; has_moved;) {
            has_moved = false;
            for (std::uint16_t agent = 1; agent < 5; ++agent) {
                for (std::size_t got = fleet_.take_sent(agent).size(); got > 0; --got) {
                    path.push_back(agent);
                    has_moved = true;
                    fleet_.done(agent);
                }
            }
        }
        return path;
    }
};

TEST_F(ReplayConductorMixed, has_shares_and_whole_messages_in_the_files_order) {
    EXPECT_EQ(path_of("x"), (std::vector<std::uint16_t>{1, 2, 4}));
    EXPECT_EQ(path_of("x"), (std::vector<std::uint16_t>{2, 3, 4}));
}

}  // namespace
}  // namespace drover
