// A breaker of risk trips: in a backtest, in a replay of live processes, over the death of risk.
#include <csignal>
#include <string>

#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"
#include "scenarios/trading_fleet.hpp"

namespace drover::scenarios {
namespace {

/// The day on which one unit of the S&P 500 first lost 50 points while the fleet held it.
constexpr const char* worst_day = "2007-02-27";

std::string fleet_with_breaker(const std::string& then, const std::string& more = {}) {
    std::string text = trading_fleet_yaml({.history = sp500_file()});
    const std::string plain = "{plugin: risk, depends_on: [broker]}";
    const std::size_t at = text.find(plain);
    EXPECT_NE(at, std::string::npos) << text;
    return text.replace(at,
                        plain.size(),
                        "{plugin: risk, depends_on: [broker], config: {breakers: {daily_loss: "
                        "{limit: 50, then: " +
                            then + more + "}}}}");
}

struct Breakers : testing::Test {
    void SetUp() override {
        if (sp500_file().empty()) {
            GTEST_SKIP() << "data/sp500-2000.csv is not there; ./dev setup fetches it";
        }
    }
    FleetUnderTest fleet;

    Json backtest() const { return scenarios::backtest(fleet, {}); }
    [[nodiscard]] testing::AssertionResult is_held_back() const {
        return fleet.reaches(
            "risk",
            [](const AgentStatus& now) {
                return now.health == "degraded" && now.reason.find(worst_day) != std::string::npos;
            },
            3 * patience);
    }
};

TEST_F(Breakers, end_a_backtest_with_the_bar_from_which_it_was_reducing) {
    fleet.write("agents.yaml", fleet_with_breaker("reducing"));
    const Json report = backtest();
    EXPECT_EQ(report.value("halted_from", ""), worst_day);
    EXPECT_EQ(report.value("trades", -1), 49);
    EXPECT_EQ(report.value("open_positions", -1), 0);
    ASSERT_EQ(report.at("halts").size(), 1U);
    const Json& halt = report.at("halts").at(0);
    EXPECT_EQ(halt.at("breaker"), "daily_loss");
    EXPECT_EQ(halt.at("state"), "reducing");
    EXPECT_EQ(halt.at("value"), "50.329956");
    EXPECT_EQ(halt.at("limit"), "50.000000");
    EXPECT_TRUE(halt.at("until").is_null());
    EXPECT_EQ(report.at("event_log_hash"), backtest().at("event_log_hash"));
}

TEST_F(Breakers, leave_the_position_open_in_a_backtest_that_they_halt) {
    fleet.write("agents.yaml", fleet_with_breaker("halted"));
    const Json report = backtest();
    EXPECT_EQ(report.value("halted_from", ""), worst_day);
    EXPECT_EQ(report.value("trades", -1), 48);
    EXPECT_EQ(report.value("open_positions", -1), 1);
}

TEST_F(Breakers, trip_in_a_replay_and_survive_the_death_of_risk) {
    // 207 bars around the worst day: a replay is slow on a machine that has other things to do.
    std::string text = fleet_with_breaker("halted");
    const std::string interval = "interval: 1d,";
    ASSERT_NE(text.find(interval), std::string::npos) << text;
    text.replace(
        text.find(interval), interval.size(), interval + " from: 2006-09-01, to: 2007-06-29,");
    fleet.write("agents.yaml", text);
    fleet.up_well_or_not();
    EXPECT_TRUE(is_held_back());
    EXPECT_TRUE(fleet.history_ends());
    const auto before = fleet.status();
    ASSERT_TRUE(before);
    ASSERT_TRUE(gets_signal((*before)["risk"].pid, SIGKILL));
    EXPECT_TRUE(fleet.reaches("risk", [](const AgentStatus& now) { return now.restarts == 1; }));
    EXPECT_TRUE(is_held_back());
}

}  // namespace
}  // namespace drover::scenarios
