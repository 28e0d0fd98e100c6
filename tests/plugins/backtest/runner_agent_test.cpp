// The runner agent says that it is idle.
#include "backtest/runner_agent.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/testing/harness.hpp>

namespace drover {
namespace {

TEST(Runner, is_healthy_and_says_that_it_is_idle) {
    testing::Harness harness(library<RunnerAgent>(), "runner");
    ASSERT_EQ(harness.start(), DROVER_OK);
    EXPECT_EQ(harness.health().level, DROVER_HEALTH_HEALTHY);
    EXPECT_THAT(harness.health().text, ::testing::HasSubstr("idle"));
}

TEST(Runner, is_left_out_of_simulations) {
    EXPECT_NE(RunnerAgent::about.flags & DROVER_AGENT_ORCHESTRATES, 0U);
}

}  // namespace
}  // namespace drover
