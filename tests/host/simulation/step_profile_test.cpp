// What a profile makes of the steps it times.
#include "simulation/step_profile.hpp"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

namespace drover {
namespace {

const PartCost& part(const ProfileResult& result, PartCost::Kind kind, const std::string& name) {
    for (const PartCost& cost : result.parts) {
        if (cost.kind == kind && cost.name == name) {
            return cost;
        }
    }
    throw std::out_of_range(name);
}

TEST(StepProfile, times_one_step_in_61) {
    StepProfile profile(1);
    int timed = 0;
    for (int step = 0; step < 610; ++step) {
        if (profile.begin_step()) {
            ++timed;
            profile.end_step();
        }
    }
    EXPECT_EQ(timed, 10);
    const ProfileResult result = profile.result({"risk"}, {610});
    EXPECT_EQ(result.steps, 610U);
    EXPECT_LE(result.sampled_steps, 10U);
}

TEST(StepProfile, scales_the_samples_to_all_steps) {
    StepProfile profile(2);
    for (int step = 0; step < 610; ++step) {
        if (profile.begin_step()) {
            profile.add(StepProfile::queue, 100);
            profile.add_callbacks(1, 1'000'000, 1);
            profile.end_step();
        }
    }
    const ProfileResult result = profile.result({"broker", "risk"}, {0, 700});
    EXPECT_NEAR(part(result, PartCost::Kind::host, "queue").seconds, 61e3 / 1e9, 1e-12);
    const PartCost& risk = part(result, PartCost::Kind::callbacks, "risk");
    EXPECT_EQ(risk.count, 700U);
    // Each callback was measured with one reading of the clock, which is taken off.
    EXPECT_NEAR(risk.seconds, (1'000'000 - result.reading_nanoseconds) * 610 / 1e9, 1e-9);
    EXPECT_EQ(part(result, PartCost::Kind::callbacks, "broker").seconds, 0);
}

TEST(StepProfile, leaves_out_a_step_during_which_the_thread_did_not_run) {
    StepProfile profile(1);
    bool is_timed = false;
    while (!is_timed) {
        is_timed = profile.begin_step();
    }
    profile.add(StepProfile::queue, 5'000'000);
    // It gives the processor away for a while, as an interrupted thread has to.
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(5);
    std::this_thread::sleep_until(until);
    profile.end_step();
    const ProfileResult result = profile.result({"risk"}, {0});
    EXPECT_EQ(result.sampled_steps, 0U);
    EXPECT_EQ(part(result, PartCost::Kind::host, "queue").seconds, 0);
}

TEST(StepProfile, has_a_clock_that_stands_still_while_it_is_read) {
    StepProfile profile(1);
    const double began = profile.now();
    double now = began;
    for (int reading = 0; reading < 10'000; ++reading) {
        now = profile.now();
    }
    // A reading costs some 20 ns or more; on a busy machine far more, so the bound is wide.
    const ProfileResult result = profile.result({"risk"}, {0});
    EXPECT_GT(result.reading_nanoseconds, 0);
    EXPECT_GT(now - began, -10'000 * result.reading_nanoseconds);
}

TEST(StepProfile, lists_preparations_as_they_were_measured) {
    StepProfile profile(1);
    profile.add_preparation("market-data", 0.5);
    const ProfileResult result = profile.result({"market-data"}, {0});
    EXPECT_EQ(part(result, PartCost::Kind::preparation, "market-data").seconds, 0.5);
}

}  // namespace
}  // namespace drover
