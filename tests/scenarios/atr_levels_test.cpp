// ATR levels in the fleet: they are published, and nobody trades on them.
#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"
#include "scenarios/history_file.hpp"
#include "scenarios/trading_fleet.hpp"

namespace drover::scenarios {
namespace {

TEST(AtrLevels, are_published_in_a_backtest_and_change_no_trade) {
    const FleetUnderTest fleet;
    const auto history = fleet.write("history.csv", random_walk(300));
    fleet.write("agents.yaml", trading_fleet_yaml({.history = history}));
    const Json plain = backtest(fleet, {});
    const Json levels =
        backtest(fleet, {"--set", "pattern-recognition.atr_levels.modes=[day, multiday]"});
    // 300 days and 60 weeks, 15 of each before the first levels.
    EXPECT_GT(levels.value("events", 0), plain.value("events", 0) + 285 + 45);
    EXPECT_GT(plain.value("trades", 0), 3);
    for (const char* key : {"trades", "final_equity", "open_positions", "max_drawdown_percent"}) {
        EXPECT_EQ(levels.value(key, Json()), plain.value(key, Json())) << key;
    }
    const Json again =
        backtest(fleet, {"--set", "pattern-recognition.atr_levels.modes=[day, multiday]"});
    EXPECT_EQ(again.at("event_log_hash"), levels.at("event_log_hash"));
}

TEST(AtrLevels, of_a_mode_that_does_not_exist_are_refused_with_the_place) {
    const FleetUnderTest fleet;
    const auto history = fleet.write("history.csv", random_walk(60));
    fleet.write("agents.yaml", trading_fleet_yaml({.history = history}));
    const ProgramResult result =
        fleet.drover({"backtest", "--set", "pattern-recognition.atr_levels.modes=[hour]"});
    EXPECT_EQ(result.exit_code, 2) << result.text();
    EXPECT_NE(result.errors.find("modes"), std::string::npos) << result.text();
}

}  // namespace
}  // namespace drover::scenarios
