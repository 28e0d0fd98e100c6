// drover.store/1 and the random numbers over the lives of an agent, and more time for a callback.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sdk/probe_agent.hpp"

namespace drover {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(HarnessStore, keeps_values_over_a_restart) {
    ProbeHarness harness;
    harness.start();
    Probe::hooks.on_message = [](const Message&) {
        probe().store().put("a", "1");
        probe().store().put("b", std::string("x\0y", 3));
        probe().store().put("c", "3");
        probe().store().erase("c");
        EXPECT_EQ(probe().store().get("a"), "1") << "what the same callback has put";
        EXPECT_EQ(probe().store().get("c"), std::nullopt);
    };
    harness.deliver("market.quote.SPX", quote(1), 10);
    EXPECT_THAT(harness.stored(), ElementsAre(Pair("a", "1"), Pair("b", std::string("x\0y", 3))));
    std::optional<std::string> found;
    Probe::hooks.configure = [&](const Config&) { found = probe().store().get("a"); };
    harness.restart();
    EXPECT_EQ(found, "1");
    EXPECT_THAT(harness.violations(), ElementsAre());
}

TEST(HarnessStore, forgets_what_a_callback_did_whose_state_could_not_be_saved) {
    ProbeHarness harness;
    harness.start();
    Probe::hooks.on_message = [](const Message&) {
        probe().store().put("a", "1");
        probe().state = "unsavable";
        probe().state_dirty();
    };
    harness.deliver("market.quote.SPX", quote(1), 10);
    EXPECT_TRUE(harness.stored().empty());
}

TEST(HarnessStore, refuses_keys_that_are_none) {
    ProbeHarness harness;
    harness.start();
    drover_status status = DROVER_OK;
    Probe::hooks.on_message = [&](const Message&) {
        try {
            probe().store().put("", "1");
        } catch (const Failure& failure) {
            status = failure.status();
        }
    };
    harness.deliver("market.quote.SPX", quote(1), 10);
    EXPECT_EQ(status, DROVER_E_INVALID);
}

TEST(HarnessStore, lets_random_numbers_go_on_in_the_next_life) {
    std::vector<std::uint64_t> numbers;
    for (const bool restarts : {false, true}) {
        ProbeHarness harness;
        harness.start();
        std::vector<std::uint64_t> drawn;
        Probe::hooks.on_message = [&](const Message&) {
            drawn.push_back(probe().random());
            probe().state_dirty();
        };
        for (std::int64_t time = 1; time <= 3; ++time) {
            harness.deliver("market.quote.SPX", quote(1), time);
            if (restarts) {
                harness.restart();
            }
        }
        if (!restarts) {
            numbers = drawn;
        }
        EXPECT_EQ(drawn, numbers);
    }
}

TEST(HarnessLife, notes_how_much_more_time_a_callback_asked_for) {
    ProbeHarness harness;
    harness.start();
    Probe::hooks.on_message = [](const Message&) { probe().extend(std::chrono::seconds(5)); };
    harness.deliver("market.quote.SPX", quote(1), 10);
    EXPECT_EQ(harness.extended(), std::chrono::seconds(5));
}

}  // namespace
}  // namespace drover
