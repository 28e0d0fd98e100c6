/// A quota lets its rate through, a burst at once, and no more.
#include "base/quota.hpp"

#include <gtest/gtest.h>

#include "base/json_value.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;
using Verdict = QuotaMeter::Verdict;

/// Takes one message of `bytes` if it may; false if it may not.
bool passes(QuotaMeter& meter, Monotonic now, std::uint64_t bytes = 0) {
    if (meter.look(now) != Verdict::passes) {
        return false;
    }
    meter.take(1, bytes);
    return true;
}

TEST(Quota, lets_a_burst_through_at_once_and_then_the_rate) {
    QuotaMeter meter({10, std::nullopt, 500ms}, 0ns, Monotonic{});
    int at_once = 0;
    while (passes(meter, Monotonic{})) {
        ++at_once;
    }
    EXPECT_EQ(at_once, 5);
    EXPECT_EQ(meter.look(Monotonic{}), Verdict::too_many_messages);
    int later = 0;
    for (Monotonic now{}; now < Monotonic{10s}; now += 10ms) {
        later += passes(meter, now) ? 1 : 0;
    }
    EXPECT_NEAR(later, 100, 1);
}

TEST(Quota, keeps_no_more_than_a_burst_over_a_long_pause) {
    QuotaMeter meter({10, std::nullopt, 1s}, 0ns, Monotonic{});
    int passed = 0;
    while (passes(meter, Monotonic{1h})) {
        ++passed;
    }
    EXPECT_EQ(passed, 10);
}

TEST(Quota, lets_what_is_larger_than_a_burst_through_and_waits_for_it_afterwards) {
    QuotaMeter meter({std::nullopt, 1000, 1s}, 0ns, Monotonic{});
    EXPECT_TRUE(passes(meter, Monotonic{}, 5000));
    EXPECT_EQ(meter.look(Monotonic{3900ms}), Verdict::too_many_bytes);
    EXPECT_EQ(meter.look(Monotonic{4100ms}), Verdict::passes);
}

TEST(Quota, has_slack_where_it_is_given) {
    QuotaMeter meter({10, std::nullopt, 1s}, 2s, Monotonic{});
    int passed = 0;
    while (passes(meter, Monotonic{})) {
        ++passed;
    }
    EXPECT_EQ(passed, 30);
}

TEST(Quota, lets_one_through_now_and_then_where_a_burst_holds_less_than_one) {
    QuotaMeter meter({1, std::nullopt, 1ms}, 0ns, Monotonic{});
    EXPECT_TRUE(passes(meter, Monotonic{}));
    EXPECT_FALSE(passes(meter, Monotonic{}));
    EXPECT_TRUE(passes(meter, Monotonic{1001ms}));
}

TEST(Quota, lets_join_what_has_passed_already) {
    QuotaMeter meter({1, std::nullopt, 1s}, 0ns, Monotonic{});
    EXPECT_TRUE(passes(meter, Monotonic{}));
    EXPECT_EQ(meter.look(Monotonic{}, 1), Verdict::too_many_messages);
    EXPECT_EQ(meter.look(Monotonic{}, 0), Verdict::passes);
    EXPECT_EQ(meter.text_of(Verdict::too_many_messages), "messages: 1/s");
}

TEST(Quota, travels_as_json) {
    const Quota quota{7, std::nullopt, 250ms};
    EXPECT_EQ(quota_from_json(to_json(quota)), quota);
    EXPECT_FALSE(quota.is_unlimited());
    EXPECT_TRUE(quota_from_json(to_json(Quota{})).is_unlimited());
}

}  // namespace
}  // namespace drover
