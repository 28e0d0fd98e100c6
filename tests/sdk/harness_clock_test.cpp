// Time under the harness: timers, posts, the replay clock, random numbers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe_agent.hpp"

namespace drover {
namespace {

using ::testing::ElementsAre;

/// Writes down each timer as "id@due now" with "+missed" behind it where that is not 0.
void record_timers(std::vector<std::string>& fired) {
    Probe::hooks.on_timer = [&](std::uint64_t id, std::int64_t due, std::uint32_t missed) {
        fired.push_back(std::to_string(id) + "@" + std::to_string(due) + " " +
                        std::to_string(probe().now()) +
                        (missed > 0 ? "+" + std::to_string(missed) : ""));
    };
}

TEST(HarnessTimers, fire_in_the_order_of_their_times) {
    ProbeHarness harness;
    std::vector<std::string> fired;
    record_timers(fired);
    Probe::hooks.start = [] {
        probe().set_timer(2, 30);
        probe().set_timer(1, 30);
        probe().set_timer(3, 10, 15);
        probe().set_timer(4, 20);
        probe().cancel_timer(4);
        return true;
    };
    harness.start();
    harness.advance_to(40);
    EXPECT_THAT(fired, ElementsAre("3@10 10", "3@25 25", "1@30 30", "2@30 30", "3@40 40"));
}

TEST(HarnessTimers, count_the_periods_that_a_busy_agent_missed) {
    ProbeHarness harness;
    std::vector<std::string> fired;
    record_timers(fired);
    Probe::hooks.start = [] {
        probe().set_timer(1, 10, 10);
        return true;
    };
    harness.start();
    harness.jump_to(35);
    harness.advance_to(40);
    EXPECT_THAT(fired, ElementsAre("1@10 35+2", "1@40 40"));
}

TEST(HarnessTimers, due_in_the_past_fire_at_once_after_the_callback) {
    testing::Options options;
    options.start_time = 100;
    ProbeHarness harness(options);
    std::vector<std::string> fired;
    record_timers(fired);
    Probe::hooks.start = [&] {
        probe().set_timer(1, 5);
        EXPECT_TRUE(fired.empty());
        return true;
    };
    harness.start();
    EXPECT_THAT(fired, ElementsAre("1@5 100"));
}

TEST(HarnessTimers, fire_before_a_later_message_and_after_one_of_the_same_instant) {
    ProbeHarness harness;
    std::vector<std::string> order;
    Probe::hooks.start = [] {
        probe().set_timer(1, 10);
        probe().set_timer(2, 20);
        return true;
    };
    Probe::hooks.on_timer = [&](std::uint64_t id, std::int64_t, std::uint32_t) {
        order.push_back("timer " + std::to_string(id));
    };
    Probe::hooks.on_message = [&](const Message&) { order.emplace_back("message"); };
    harness.start();
    harness.deliver_json("note.a", "1", 20);
    EXPECT_THAT(order, ElementsAre("timer 1", "message", "timer 2"));
}

TEST(HarnessTimers, must_not_have_a_negative_period) {
    ProbeHarness harness;
    Probe::hooks.start = [] {
        EXPECT_THROW(probe().set_timer(1, 10, -1), Failure);
        EXPECT_EQ(probe().host()->timer_cancel(probe().host(), 1), DROVER_E_NOT_FOUND);
        return true;
    };
    EXPECT_EQ(harness.start(), DROVER_OK);
}

TEST(HarnessClock, does_not_go_back) {
    ProbeHarness harness;
    harness.start();
    harness.advance_by(std::chrono::seconds(1));
    EXPECT_EQ(harness.now(), 1'000'000'000);
    EXPECT_THROW(harness.advance_to(5), testing::HarnessError);
    EXPECT_THROW(harness.jump_to(5), testing::HarnessError);
}

TEST(HarnessPosts, come_in_order_after_the_callback) {
    ProbeHarness harness;
    std::vector<std::uint64_t> tokens;
    Probe::hooks.start = [&] {
        probe().post(7);
        probe().post(8);
        EXPECT_TRUE(tokens.empty());
        return true;
    };
    Probe::hooks.on_post = [&](std::uint64_t token) {
        tokens.push_back(token);
        if (token == 7) {
            probe().post(9);
        }
    };
    harness.start();
    EXPECT_THAT(tokens, ElementsAre(7, 8, 9));
}

TEST(HarnessPosts, without_end_are_an_error_of_the_agent) {
    ProbeHarness harness;
    Probe::hooks.start = [] {
        probe().post(1);
        return true;
    };
    Probe::hooks.on_post = [](std::uint64_t token) { probe().post(token); };
    EXPECT_THROW(harness.start(), testing::HarnessError);
}

const drover_replay_clock_v1* replay_clock() {
    const drover_host* host = probe().host();
    return static_cast<const drover_replay_clock_v1*>(
        host->get_extension(host, DROVER_EXTENSION_REPLAY_CLOCK));
}

TEST(HarnessReplayClock, is_lent_only_where_the_test_says_so) {
    ProbeHarness harness;
    Probe::hooks.start = [] { return replay_clock() == nullptr; };
    EXPECT_EQ(harness.start(), DROVER_OK);
}

TEST(HarnessReplayClock, moves_the_time_step_by_step) {
    testing::Options options;
    options.replay_clock = true;
    ProbeHarness harness(options);
    std::vector<std::string> order;
    Probe::hooks.start = [] {
        const drover_host* host = probe().host();
        EXPECT_EQ(replay_clock()->last_settled(host), INT64_MIN);
        EXPECT_EQ(replay_clock()->advance(host, -1, 0, 1), DROVER_E_INVALID);
        EXPECT_EQ(replay_clock()->advance(host, 10, 250, 1), DROVER_OK);
        EXPECT_EQ(replay_clock()->advance(host, 20, 250, 2), DROVER_E_STATE);
        probe().set_timer(5, 15);
        return true;
    };
    Probe::hooks.on_post = [&](std::uint64_t token) {
        order.push_back("post " + std::to_string(token) + " at " + std::to_string(probe().now()));
        if (token < 3) {
            const auto time = static_cast<std::int64_t>(token + 1) * 10;
            replay_clock()->advance(probe().host(), time, 0, token + 1);
        }
    };
    Probe::hooks.on_timer = [&](std::uint64_t, std::int64_t due, std::uint32_t) {
        order.push_back("timer at " + std::to_string(due));
    };
    harness.start();
    ASSERT_TRUE(harness.open_advance());
    EXPECT_EQ(harness.open_advance()->time, 10);
    EXPECT_EQ(harness.open_advance()->delay, 250);
    EXPECT_TRUE(harness.step_replay());
    EXPECT_THAT(order, ElementsAre("post 1 at 10"));
    EXPECT_EQ(replay_clock(), nullptr) << "Only callbacks may ask for extensions.";
    EXPECT_EQ(harness.run_replay(), 2U);
    EXPECT_THAT(order, ElementsAre("post 1 at 10", "timer at 15", "post 2 at 20", "post 3 at 30"));
    EXPECT_FALSE(harness.step_replay());
}

TEST(HarnessReplayClock, remembers_the_last_settled_instant_over_a_restart) {
    testing::Options options;
    options.replay_clock = true;
    ProbeHarness harness(options);
    std::int64_t settled = 0;
    Probe::hooks.start = [&] {
        settled = replay_clock()->last_settled(probe().host());
        return replay_clock()->advance(probe().host(), 10, 0, 1) == DROVER_OK;
    };
    harness.start();
    harness.run_replay();
    harness.restart();
    EXPECT_EQ(settled, 10);
}

std::vector<std::uint64_t> three_numbers(testing::Options options) {
    ProbeHarness harness(std::move(options));
    std::vector<std::uint64_t> numbers;
    Probe::hooks.start = [&] {
        for (int count = 0; count < 3; ++count) {
            numbers.push_back(probe().random());
        }
        return true;
    };
    harness.start();
    return numbers;
}

TEST(HarnessRandom, is_xoshiro256_seeded_by_splitmix64) {
    testing::Options options;
    options.seed = 0;
    // From the reference C code of its authors.
    EXPECT_THAT(three_numbers(options),
                ElementsAre(0x99EC5F36CB75F2B4ULL, 0xBF6E1F784956452AULL, 0x1A5F849D4933E6E0ULL));
}

TEST(HarnessRandom, depends_on_the_names_and_on_nothing_else) {
    testing::Options other;
    other.name = "other";
    EXPECT_EQ(three_numbers({}), three_numbers({}));
    EXPECT_NE(three_numbers({}), three_numbers(other));
}

}  // namespace
}  // namespace drover
