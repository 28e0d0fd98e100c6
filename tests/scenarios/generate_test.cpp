// `drover generate bars`: a file that a fleet can be tried on.
#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"
#include "scenarios/history_file.hpp"
#include "scenarios/trading_fleet.hpp"

namespace drover::scenarios {
namespace {

TEST(Generate, makes_bars_that_a_backtest_runs_on) {
    const FleetUnderTest fleet;
    const ProgramResult made = fleet.drover({"generate",
                                             "bars",
                                             "--count",
                                             "5000",
                                             "--interval",
                                             "1m",
                                             "--seed",
                                             "7",
                                             "-O",
                                             "minutes.csv"});
    ASSERT_EQ(made.exit_code, 0) << made.text();
    fleet.write("agents.yaml", trading_fleet_yaml({.history = fleet.write("none.csv", "")}));
    const ProgramResult run = fleet.drover({"backtest",
                                            "-o",
                                            "json",
                                            "--set",
                                            "market-data.file=minutes.csv",
                                            "--set",
                                            "market-data.interval=1m"});
    ASSERT_EQ(run.exit_code, 0) << run.text();
    const auto document = parse_json(run.output);
    ASSERT_TRUE(document) << run.text();
    EXPECT_EQ(document.value().value("bars", -1), 5000);
    EXPECT_GT(document.value().value("trades", -1), 20) << "averages of the walk cross";
}

TEST(Generate, writes_the_same_bytes_twice_and_to_standard_output) {
    const FleetUnderTest fleet;
    const std::vector<std::string> words{"generate", "bars", "--count", "300", "--seed", "3", "-O"};
    const auto with = [&](const std::string& file) {
        std::vector<std::string> all = words;
        all.push_back(file);
        return fleet.drover(all);
    };
    EXPECT_EQ(with("once.csv").exit_code, 0);
    EXPECT_EQ(with("twice.csv").exit_code, 0);
    const ProgramResult printed = with("-");
    EXPECT_EQ(printed.exit_code, 0);
    EXPECT_EQ(fleet.read("once.csv"), fleet.read("twice.csv"));
    EXPECT_EQ(fleet.read("once.csv"), printed.output);
}

TEST(Generate, says_what_is_wrong) {
    const FleetUnderTest fleet;
    fleet.write("mine.csv", "mine");
    struct Case {
        std::vector<std::string> words;
        int exit_code;
        std::string told;
    };
    const std::vector<Case> cases{
        {{"bars", "--count", "10", "-O", "mine.csv"}, 1, "mine.csv is there already"},
        {{"bars", "--count", "ten", "-O", "ten.csv"}, 2, "--count 'ten'"},
        {{"bars", "--count", "10", "--interval", "5x", "-O", "-"}, 2, "--interval '5x'"},
        {{"bars", "--count", "10"}, 2, "-O"},
        {{"bars", "-O", "-"}, 2, "--count"},
        {{"cheese"}, 2, "--help"},
        {{}, 2, "--help"},
    };
    for (const Case& wanted : cases) {
        std::vector<std::string> words{"generate"};
        words.insert(words.end(), wanted.words.begin(), wanted.words.end());
        const ProgramResult result = fleet.drover(words);
        EXPECT_EQ(result.exit_code, wanted.exit_code) << wanted.told << ": " << result.text();
        EXPECT_NE(result.errors.find(wanted.told), std::string::npos) << result.text();
        EXPECT_TRUE(result.errors.starts_with("drover: ")) << result.text();
    }
    EXPECT_EQ(fleet.read("mine.csv"), "mine");
}

}  // namespace
}  // namespace drover::scenarios
