/// When an agent that ended may run again.
#include "supervisor/restart_policy.hpp"

#include <set>

#include <gtest/gtest.h>

namespace drover {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Kind = RestartDecision::Kind;

constexpr Monotonic start{hours(1)};

SupervisionConfig without_jitter(RestartMode mode = RestartMode::on_failure) {
    SupervisionConfig config;
    config.restart = mode;
    config.backoff.jitter = 0;
    config.restart_limit.max_restarts = 100;
    return config;
}

Nanoseconds delay_of_next_failure(RestartPolicy& policy, Monotonic exited) {
    const RestartDecision decision = policy.decide(false, exited);
    EXPECT_EQ(decision.kind, Kind::restart);
    return decision.due - exited;
}

}  // namespace

TEST(RestartPolicy, restarts_the_first_time_at_once_and_doubles_the_delay_until_the_longest) {
    SupervisionConfig config = without_jitter();
    config.backoff.longest = milliseconds(700);
    RestartPolicy policy(config, 1);
    for (const int expected : {0, 100, 200, 400, 700, 700}) {
        EXPECT_EQ(delay_of_next_failure(policy, start), milliseconds(expected));
    }
}

TEST(RestartPolicy, begins_anew_after_reset_after_of_healthy_time) {
    for (const seconds reset_after : {seconds(20), seconds(60), seconds(90)}) {
        SupervisionConfig config = without_jitter();
        config.backoff.reset_after = reset_after;
        RestartPolicy policy(config, 1);
        (void)policy.decide(false, start);
        (void)policy.decide(false, start);
        policy.became_healthy(start);
        EXPECT_EQ(delay_of_next_failure(policy, start + reset_after), Nanoseconds(0));
    }
}

TEST(RestartPolicy, does_not_begin_anew_for_a_shorter_healthy_time) {
    for (const seconds reset_after : {seconds(20), seconds(60), seconds(90)}) {
        SupervisionConfig config = without_jitter();
        config.backoff.reset_after = reset_after;
        RestartPolicy policy(config, 1);
        (void)policy.decide(false, start);
        policy.became_healthy(start);
        EXPECT_EQ(delay_of_next_failure(policy, start + reset_after - seconds(1)),
                  milliseconds(100));
    }
}

TEST(RestartPolicy, counts_healthy_time_only_while_it_lasts) {
    RestartPolicy policy(without_jitter(), 1);
    (void)policy.decide(false, start);
    policy.became_healthy(start);
    policy.lost_health(start + seconds(40));
    policy.became_healthy(start + seconds(50));
    EXPECT_EQ(delay_of_next_failure(policy, start + seconds(80)), milliseconds(100));
}

TEST(RestartPolicy, keeps_jitter_within_its_share_and_repeats_it_for_the_same_seed) {
    SupervisionConfig config = without_jitter();
    config.backoff = {.initial = seconds(1), .factor = 1, .longest = seconds(10), .jitter = 0.2};
    RestartPolicy policy(config, 7);
    RestartPolicy twin(config, 7);
    std::set<Nanoseconds> delays;
    (void)policy.decide(false, start);
    (void)twin.decide(false, start);
    for (int exit = 0; exit < 50; ++exit) {
        const Nanoseconds delay = delay_of_next_failure(policy, start);
        EXPECT_GE(delay, milliseconds(800));
        EXPECT_LE(delay, milliseconds(1200));
        EXPECT_EQ(delay, delay_of_next_failure(twin, start));
        delays.insert(delay);
    }
    EXPECT_GT(delays.size(), 40U);
}

TEST(RestartPolicy, gives_agents_of_one_fleet_different_jitter) {
    EXPECT_NE(jitter_seed(1, "risk"), jitter_seed(1, "broker"));
    EXPECT_NE(jitter_seed(1, "risk"), jitter_seed(2, "risk"));
}

TEST(RestartPolicy, leaves_a_success_completed_under_on_failure_and_no) {
    for (const RestartMode mode : {RestartMode::no, RestartMode::on_failure}) {
        RestartPolicy policy(without_jitter(mode), 1);
        EXPECT_EQ(policy.decide(true, start).kind, Kind::complete);
    }
}

TEST(RestartPolicy, restarts_a_success_under_always_and_unless_stopped) {
    for (const RestartMode mode : {RestartMode::always, RestartMode::unless_stopped}) {
        RestartPolicy policy(without_jitter(mode), 1);
        EXPECT_EQ(policy.decide(true, start).kind, Kind::restart);
    }
}

TEST(RestartPolicy, never_restarts_under_no) {
    RestartPolicy policy(without_jitter(RestartMode::no), 1);
    EXPECT_EQ(policy.decide(false, start).kind, Kind::fail);
}

TEST(RestartPolicy, gives_up_past_the_limit_within_the_window) {
    for (const seconds window : {seconds(20), seconds(60), seconds(90)}) {
        SupervisionConfig config = without_jitter();
        config.restart_limit = {.max_restarts = 2, .window = window, .then = AfterLimit::fail};
        RestartPolicy policy(config, 1);
        EXPECT_EQ(policy.decide(false, start).exits, 1);
        EXPECT_EQ(policy.decide(false, start).exits, 2);
        const RestartDecision last = policy.decide(false, start + window - seconds(1));
        EXPECT_EQ(last.kind, Kind::fail);
        EXPECT_TRUE(last.over_limit);
    }
}

TEST(RestartPolicy, forgets_exits_that_left_the_window) {
    for (const seconds window : {seconds(20), seconds(60), seconds(90)}) {
        SupervisionConfig config = without_jitter();
        config.restart_limit = {.max_restarts = 2, .window = window, .then = AfterLimit::fail};
        RestartPolicy policy(config, 1);
        (void)policy.decide(false, start);
        (void)policy.decide(false, start + seconds(10));
        EXPECT_EQ(policy.decide(false, start + window).kind, Kind::restart);
        EXPECT_EQ(policy.decide(false, start + window + seconds(1)).kind, Kind::fail);
    }
}

TEST(RestartPolicy, does_not_restart_at_all_when_the_limit_is_zero) {
    SupervisionConfig config = without_jitter();
    config.restart_limit.max_restarts = 0;
    config.restart_limit.then = AfterLimit::fail;
    RestartPolicy policy(config, 1);
    EXPECT_EQ(policy.decide(false, start).kind, Kind::fail);
}

TEST(RestartPolicy, tries_once_each_cooldown_doubling_it_to_one_hour) {
    SupervisionConfig config = without_jitter();
    config.restart_limit = {.max_restarts = 0, .window = seconds(60), .cooldown = minutes(20)};
    RestartPolicy policy(config, 1);
    Monotonic now = start;
    for (const int expected : {20, 40, 60, 60}) {
        const RestartDecision decision = policy.decide(false, now);
        EXPECT_EQ(decision.kind, Kind::cool_down);
        EXPECT_EQ(decision.due - now, minutes(expected));
        now = decision.due + seconds(1);
    }
}

TEST(RestartPolicy, stays_in_cooldown_though_the_window_is_long_past) {
    SupervisionConfig config = without_jitter();
    config.restart_limit = {.max_restarts = 1, .window = seconds(1), .cooldown = minutes(5)};
    RestartPolicy policy(config, 1);
    (void)policy.decide(false, start);
    EXPECT_EQ(policy.decide(false, start).kind, Kind::cool_down);
    EXPECT_EQ(policy.decide(false, start + minutes(6)).kind, Kind::cool_down);
}

TEST(RestartPolicy, leaves_the_cooldown_after_enough_healthy_time) {
    SupervisionConfig config = without_jitter();
    config.restart_limit = {.max_restarts = 1, .window = seconds(60), .cooldown = minutes(5)};
    RestartPolicy policy(config, 1);
    (void)policy.decide(false, start);
    (void)policy.decide(false, start);
    policy.became_healthy(start + minutes(5));
    EXPECT_EQ(policy.decide(false, start + minutes(7)).kind, Kind::restart);
}

TEST(RestartPolicy, begins_anew_when_a_person_starts_the_agent) {
    SupervisionConfig config = without_jitter();
    config.restart_limit = {.max_restarts = 1, .window = seconds(60), .then = AfterLimit::fail};
    RestartPolicy policy(config, 1);
    (void)policy.decide(false, start);
    (void)policy.decide(false, start);
    policy.clear();
    EXPECT_EQ(delay_of_next_failure(policy, start), Nanoseconds(0));
}

}  // namespace drover
