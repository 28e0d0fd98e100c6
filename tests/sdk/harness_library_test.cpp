// Finding an agent in a plugin that is loaded from its file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe_agent.hpp"

namespace drover {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(HarnessLibrary, drives_an_agent_of_a_plugin_file) {
    const drover_library* const plugin = testing::load(SAMPLE_PLUGIN);
    testing::Harness harness(plugin, "echo");
    ASSERT_EQ(harness.start(), DROVER_OK);
    drover_bar bar{};
    bar.close = 77;
    harness.deliver("market.bar.SPX.1d", bar, 10);
    const auto signals = harness.take<drover_signal>("pattern.>");
    ASSERT_EQ(signals.size(), 1U);
    EXPECT_EQ(signals[0].price, 77);
    EXPECT_TRUE(harness.violations().empty());
}

TEST(HarnessLibrary, names_the_agents_there_are) {
    const drover_library* const plugin = testing::load(SAMPLE_PLUGIN);
    EXPECT_THAT([&] { testing::Harness(plugin, "ehco"); },
                ThrowsMessage<testing::HarnessError>(HasSubstr("it has: echo, idle")));
    EXPECT_THROW(testing::Harness(plugin, ""), testing::HarnessError);
}

TEST(HarnessLibrary, refuses_a_plugin_of_another_abi) {
    drover_library other = *library<Probe>();
    other.abi_hash ^= 1U;
    EXPECT_THROW(testing::Harness(&other, "probe"), testing::HarnessError);
}

TEST(HarnessLibrary, says_why_a_file_cannot_be_loaded) {
    EXPECT_THAT([] { testing::load("/no/such/plugin.so"); },
                ThrowsMessage<testing::HarnessError>(HasSubstr("/no/such/plugin.so")));
}

}  // namespace
}  // namespace drover
