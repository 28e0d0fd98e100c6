// A short campaign of random stops and kills; `./dev bench endings` makes a thousand.
#include <gtest/gtest.h>

#include "campaigns/ending_trials.hpp"
#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {
namespace {

TEST(Endings, at_random_leave_nothing_behind_and_nothing_runs_twice) {
    constexpr int trials = 12;
    constexpr std::uint64_t seed = 1;  // All five kinds come up.
    const FleetUnderTest fleet;
    fleet.write(
        "agents.yaml",
        campaigns::ending_fleet(misbehaving_plugin("children"), misbehaving_plugin("behaving")));
    fleet.up();
    campaigns::HurtFleet hurt;
    hurt.mark = fleet.mark();
    hurt.drover = [&fleet](std::vector<std::string> arguments) {
        return fleet.drover(std::move(arguments)).exit_code == 0;
    };
    hurt.status = [&fleet] { return fleet.status(); };
    campaigns::EndingTrials campaign(hurt, seed);
    campaign.run(trials);
    EXPECT_EQ(campaign.found().orphans, 0);
    EXPECT_EQ(campaign.found().duplicates, 0);
    for (const std::string& failure : campaign.found().failures) {
        ADD_FAILURE() << failure;
    }
    for (const char* kind :
         {"stop", "kill -9 agent", "kill -9 router", "kill -9 supervisor", "kill -9 guard"}) {
        EXPECT_GT(campaign.found().trials.count(kind), 0U) << kind;
    }
    fleet.down();
    EXPECT_TRUE(fleet.is_gone_within(patience));
}

}  // namespace
}  // namespace drover::scenarios
