// Changes the repository's agents.yaml for a test.
#include "scenarios/trading_fleet.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <gtest/gtest.h>

#include "base/json_value.hpp"

namespace drover::scenarios {
namespace {

void replace_once(std::string& text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    if (at == std::string::npos) {
        throw std::runtime_error("agents.yaml does not hold '" + from +
                                 "' any more; change trading_fleet.cpp with it");
    }
    text.replace(at, from.size(), to);
}

}  // namespace

std::string backtest_output(const FleetUnderTest& fleet, const std::vector<std::string>& options) {
    std::vector<std::string> arguments{"backtest", "-o", "json"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const ProgramResult result = fleet.drover(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.text();
    return result.output;
}

Json backtest(const FleetUnderTest& fleet, const std::vector<std::string>& options) {
    return parsed(backtest_output(fleet, options));
}

std::string trading_fleet_yaml(const TradingFleet& wanted) {
    std::ifstream stream(repository() / "agents.yaml");
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    replace_once(text, "file: data/sp500-2000.csv", "file: " + wanted.history);
    replace_once(text, "speed: 250", "speed: " + wanted.speed);
    replace_once(text, "initial: 100ms", "initial: 20ms");
    return text + wanted.more_agents;
}

std::string sp500_file() {
    const auto file = repository() / "data" / "sp500-2000.csv";
    return std::filesystem::exists(file) ? file.string() : "";
}

}  // namespace drover::scenarios
