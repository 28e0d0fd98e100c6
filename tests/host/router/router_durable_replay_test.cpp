/// Durable delivery under a replay clock: the order is the same whoever is killed.
#include <algorithm>

#include <gtest/gtest.h>

#include <drover/status.h>

#include "base/json_value.hpp"
#include "tests/host/router/durable_fleet.hpp"

namespace drover {
namespace {

/// Agent 0 publishes, 1 and 2 receive.
class RouterDurableReplay : public ::testing::Test {
protected:
    RouterDurableReplay() : fleet(config()) { join_all(); }

    static RouterConfig config() {
        RouterConfig config = durable_fleet_of(3);
        config.has_replay_clock = true;
        config.agents[0].consumes = {};
        return config;
    }
    void join_all(std::uint64_t cursor_of_1 = 0,
                  std::uint64_t cursor_of_2 = 0,
                  std::uint64_t sequence = 0) {
        join(0, 0, sequence);
        join(1, cursor_of_1);
        join(2, cursor_of_2);
        take_all();
    }
    void join(std::uint16_t agent,
              std::uint64_t cursor = 0,
              std::uint64_t sequence = 0,
              std::uint32_t incarnation = 1) {
        fleet.join(agent, cursor, sequence, incarnation);
        fleet->core.set_state(agent, "running");
        fleet->started(agent);
    }
    /// The agent has committed what it was given, and says that it is through.
    void commit(std::uint16_t agent, std::uint64_t position) {
        fleet.handled(agent, position);
        fleet->done(agent);
    }
    Words take_all() {
        fleet.settle();
        Words all;
        for (std::uint16_t agent = 0; agent < 3; ++agent) {
            for (const std::string& words : fleet.take(agent)) {
                if (!words.starts_with("LOGGED")) {
                    all.push_back(std::to_string(agent) + " " + words);
                }
            }
        }
        return all;
    }

    DurableFleet fleet;
};

TEST_F(RouterDurableReplay, hands_out_in_the_order_of_the_log_and_only_what_is_on_disk) {
    fleet->begin_burst();
    fleet.publish(0, "d.x", 1);
    fleet->publish(0, "s.y");
    EXPECT_TRUE(fleet.take(1).empty());  // It is not on disk; what follows waits behind it.
    fleet->end_burst();
    EXPECT_EQ(take_all(), Words{"1 d.x@1"});
    commit(1, 1);
    EXPECT_EQ(take_all(), Words{"2 d.x@1"});
    commit(2, 1);
    EXPECT_EQ(take_all(), Words{"1 s.y@0"});
}

TEST_F(RouterDurableReplay, hands_out_again_what_its_receiver_had_not_committed) {
    fleet.publish(0, "d.x", 1);
    fleet.publish(0, "d.y", 2);
    EXPECT_EQ(take_all(), Words{"1 d.x@1"});
    fleet->core.set_state(1, "backing_off");
    EXPECT_TRUE(take_all().empty());
    join(1, 0, 0, 2);
    EXPECT_EQ(take_all(), Words{"1 d.x@1"});
    commit(1, 1);
    EXPECT_EQ(take_all(), Words{"2 d.x@1"});
    EXPECT_EQ(fleet->core.counts().dropped(), 0U);
}

TEST_F(RouterDurableReplay, does_not_hand_out_again_what_its_receiver_had_committed) {
    fleet.publish(0, "d.x", 1);
    take_all();
    fleet->core.set_state(1, "backing_off");
    join(1, 1, 0, 2);  // It died between its commit and saying so.
    EXPECT_EQ(take_all(), Words{"2 d.x@1"});
}

TEST_F(RouterDurableReplay, knows_by_handled_what_was_committed_before_the_death) {
    fleet.publish(0, "d.x", 1);
    take_all();
    fleet.handled(1, 1);
    fleet->core.set_state(1, "backing_off");
    join(1, 1, 0, 2);
    EXPECT_EQ(take_all(), Words{"2 d.x@1"});
}

TEST_F(RouterDurableReplay, stands_at_a_full_log_and_goes_on_when_who_was_away_has_caught_up) {
    constexpr std::size_t large = 20'000;
    fleet.folder.options.max_size = fleet.folder.options.segment_size * 2;
    fleet.restart();
    join_all();
    fleet->core.set_state(2, "stopped");
    std::uint64_t position = 0;
    const auto advance = [&] {
        fleet->ask_advance(0, static_cast<std::int64_t>(1000 * (position + 1)));
        return take_all();
    };
    while (position < 100 && !advance().empty()) {
        // Two at once: what a callback publishes goes in whole, and the next one waits.
        fleet.publish(0, "d.x", ++position, 1, large);
        fleet.publish(0, "d.x", ++position, 1, large);
        fleet->done(0);
        for (const std::uint64_t each : {position - 1, position}) {
            EXPECT_EQ(take_all(), Words{"1 d.x@" + std::to_string(each)});
            commit(1, each);
        }
        EXPECT_TRUE(take_all().empty());
    }
    EXPECT_LT(position, 10U) << "the log holds more than it may";
    ASSERT_FALSE(fleet->output.healths.empty());
    EXPECT_EQ(fleet->output.healths.back().code, "log.full");
    EXPECT_FALSE(fleet->core.deadline()) << "it waits for nothing that a time would bring";
    join(2, 0, 0, 2);
    for (std::uint64_t each = 1; each <= position; ++each) {
        EXPECT_EQ(take_all(), Words{"2 d.x@" + std::to_string(each)});
        commit(2, each);
    }
    fleet.pass_time();
    EXPECT_EQ(take_all(), Words{"0 ADVANCED " + std::to_string(1000 * (position + 1)) + " 1"});
    EXPECT_EQ(fleet->output.healths.back().level, "healthy");
}

TEST_F(RouterDurableReplay, counts_a_stream_that_was_being_handled_as_lost) {
    fleet->publish(0, "s.x");
    EXPECT_EQ(take_all(), Words{"1 s.x@0"});
    fleet->core.set_state(1, "backing_off");
    EXPECT_EQ(fleet->core.counts().dropped(), 1U);
    join(1, 0, 0, 2);
    EXPECT_EQ(take_all(), Words{"2 s.x@0"});
}

TEST_F(RouterDurableReplay, builds_the_fifo_again_from_the_log) {
    fleet.publish(0, "d.x", 1);
    fleet.publish(0, "d.y", 2);
    take_all();
    commit(1, 1);
    EXPECT_EQ(take_all(), Words{"2 d.x@1"});
    fleet.kill();
    join(0, 0, 2);
    join(1, 1);
    join(2);
    EXPECT_EQ(take_all(), Words{"2 d.x@1"});
    commit(2, 1);
    EXPECT_EQ(take_all(), Words{"1 d.y@2"});
    commit(1, 2);
    EXPECT_EQ(take_all(), Words{"2 d.y@2"});
    commit(2, 2);
    EXPECT_TRUE(take_all().empty());
}

TEST_F(RouterDurableReplay, enters_what_was_not_logged_behind_what_was) {
    fleet.publish(0, "d.x", 1);
    take_all();
    fleet.kill();
    fleet.join(0, 0, 2);
    fleet.publish(0, "d.x", 1);
    fleet.publish(0, "d.y", 2);  // The router died before it had this.
    fleet->core.set_state(0, "running");
    fleet->started(0);
    join(1);
    join(2);
    EXPECT_EQ(take_all(), Words{"1 d.x@1"});
    commit(1, 1);
    EXPECT_EQ(take_all(), Words{"2 d.x@1"});
    commit(2, 1);
    EXPECT_EQ(take_all(), Words{"1 d.y@2"});
}

TEST_F(RouterDurableReplay, enters_what_a_start_published_that_died_once) {
    fleet->core.set_state(0, "backing_off");
    fleet.join(0, 0, 0, 2);
    fleet->publish(0, "s.x");
    fleet.publish(0, "d.x", 1, 2);
    fleet->core.set_state(0, "backing_off");
    fleet.join(0, 0, 1, 3);
    fleet.publish(0, "d.x", 1, 2);
    fleet->core.set_state(0, "running");
    fleet->started(0);
    EXPECT_EQ(take_all(), Words{"1 s.x@0"}) << "nobody sends a stream again";
    fleet->done(1);
    EXPECT_EQ(take_all(), Words{"2 s.x@0"});
    fleet->done(2);
    EXPECT_EQ(take_all(), Words{"1 d.x@1"});
    commit(1, 1);
    EXPECT_EQ(take_all(), Words{"2 d.x@1"});
    commit(2, 1);
    EXPECT_TRUE(take_all().empty());
}

TEST_F(RouterDurableReplay, gives_an_agent_that_was_left_out_what_it_has_missed) {
    fleet->core.set_state(2, "stopped");
    fleet.publish(0, "d.x", 1);
    EXPECT_EQ(take_all(), Words{"1 d.x@1"});
    commit(1, 1);
    EXPECT_TRUE(take_all().empty());
    fleet.publish(0, "d.y", 2);
    EXPECT_EQ(take_all(), Words{"1 d.y@2"});
    fleet->core.set_state(2, "starting");
    join(2, 0, 0, 2);
    EXPECT_TRUE(take_all().empty());
    commit(1, 2);
    EXPECT_EQ(take_all(), Words{"2 d.x@1"});
    commit(2, 1);
    EXPECT_EQ(take_all(), Words{"2 d.y@2"});
    commit(2, 2);
    EXPECT_TRUE(take_all().empty());
}

TEST_F(RouterDurableReplay, voids_what_the_kill_switch_stopped_in_the_fifo) {
    fleet.publish(0, "g.x", 1);
    EXPECT_EQ(take_all(), Words{"1 g.x@1"});
    fleet->output.gate_reading = {true, 3};
    commit(1, 1);
    EXPECT_EQ(take_all(), Words{"0 REFUSED g.x#1 " + std::to_string(DROVER_E_GATED)});
    fleet.publish(0, "d.y", 2);
    EXPECT_EQ(take_all(), Words{"1 d.y@2"});
}

TEST_F(RouterDurableReplay, lets_cursors_follow_so_that_the_log_can_be_trimmed) {
    for (std::uint64_t sequence = 1; sequence <= 9; ++sequence) {
        fleet.publish(0, "d.x", sequence, 1, 20'000);
        take_all();
        commit(1, sequence);
        take_all();
        commit(2, sequence);
        take_all();
    }
    fleet.pass_time();
    EXPECT_EQ(fleet->core.durable()->log().first(), 7U);
}

TEST_F(RouterDurableReplay, waits_with_everything_that_follows_while_the_disk_does_not_keep_up) {
    constexpr std::size_t huge = 4'000'000;
    constexpr std::uint64_t fitting = 9;
    fleet->begin_burst();  // Nothing is written before its end.
    for (std::uint64_t sequence = 1; sequence <= fitting; ++sequence) {
        fleet.publish(0, "d.x", sequence, 1, huge);
    }
    fleet.publish(0, "d.x", fitting + 1);
    fleet->ask_advance(0, 1000);
    EXPECT_EQ(fleet->core.durable()->log().head(), fitting);
    fleet->end_burst();
    fleet.settle();
    EXPECT_EQ(fleet->core.durable()->log().head(), fitting + 1);
    // The clock may not move on before what was published ahead of that is handled.
    for (std::uint64_t position = 1; position <= fitting + 1; ++position) {
        EXPECT_EQ(take_all(), Words{"1 d.x@" + std::to_string(position)});
        commit(1, position);
        EXPECT_EQ(take_all(), Words{"2 d.x@" + std::to_string(position)});
        commit(2, position);
    }
    fleet.pass_time();
    EXPECT_EQ(take_all(), Words{"0 ADVANCED 1000 1"});
}

}  // namespace
}  // namespace drover
