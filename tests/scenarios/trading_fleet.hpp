/// The fleet that drover ships, with another history, another speed and, if wanted, further agents.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "scenarios/fleet_under_test.hpp"

namespace drover::scenarios {

struct TradingFleet {
    std::string history;  ///< Path of the CSV file.
    std::string speed = "max";
    std::string more_agents = {};  ///< Further entries of `agents:`, two blanks deep.
};

/// The text of an agents.yaml: the repository's own, changed in these places only.
[[nodiscard]] std::string trading_fleet_yaml(const TradingFleet& wanted);

/// What `drover backtest -o json` prints; the test fails when it does not end with 0.
[[nodiscard]] std::string backtest_output(const FleetUnderTest& fleet,
                                          const std::vector<std::string>& options);

/// The same, read.
[[nodiscard]] Json backtest(const FleetUnderTest& fleet, const std::vector<std::string>& options);

/// The S&P 500 file of the repository; empty where it has not been fetched.
[[nodiscard]] std::string sp500_file();

}  // namespace drover::scenarios
