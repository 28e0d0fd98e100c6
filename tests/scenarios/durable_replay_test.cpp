// A replay with durable topics comes to the orders, trades and account of its backtest while its
// agents, its router and all of it are killed at random points.
#include <gtest/gtest.h>

#include "campaigns/kill_trials.hpp"
#include "scenarios/fleet_under_test.hpp"
#include "scenarios/history_file.hpp"
#include "scenarios/trading_fleet.hpp"

namespace drover::scenarios {
namespace {

std::string last_summary(const std::string& text) {
    const std::size_t at = text.rfind("performance.summary ");
    return at == std::string::npos ? "" : text.substr(at, text.find('\n', at) - at);
}

TEST(DurableReplay, comes_to_the_same_while_agents_and_router_are_killed) {
    const FleetUnderTest fleet;
    campaigns::KillableFleet kind;
    kind.history = fleet.write("history.csv", random_walk(300));
    kind.more_agents = fleet.filled_in(
        "  recorder:\n    plugin: @behaving@\n    agent: recorder\n    observer: true\n"
        "    config: {file: @FOLDER@/live.txt}\n");
    fleet.write("agents.yaml", campaigns::killable_fleet_yaml(kind));
    const ProgramResult simulated =
        fleet.drover({"backtest",
                      "-o",
                      "json",
                      "--set",
                      "recorder.file=" + (fleet.folder() / "backtest.txt").string()});
    ASSERT_EQ(simulated.exit_code, 0) << simulated.text();
    const std::string wanted = last_summary(fleet.read("backtest.txt"));
    ASSERT_FALSE(wanted.empty());

    fleet.up();
    const auto undisturbed = campaigns::outcome_of(fleet, 4 * patience);
    ASSERT_TRUE(undisturbed) << "the replay did not end";
    ASSERT_GT(undisturbed->orders.size(), 1000U) << undisturbed->orders;
    // The recorder is an observer: what it hears is a copy beside the replay's queue.
    EXPECT_TRUE(eventually([&] { return last_summary(fleet.read("live.txt")) == wanted; }))
        << last_summary(fleet.read("live.txt"));
    fleet.down();

    campaigns::KillTrials trials(fleet, kind, *undisturbed, 20261127);
    trials.run(15);
    for (const std::string& failure : trials.found().failures) {
        ADD_FAILURE() << failure;
    }
    EXPECT_TRUE(
        eventually([&] { return last_summary(fleet.read("live.txt")) == wanted; }, patience))
        << "killed:   " << last_summary(fleet.read("live.txt")) << "\nbacktest: " << wanted;
}

}  // namespace
}  // namespace drover::scenarios
