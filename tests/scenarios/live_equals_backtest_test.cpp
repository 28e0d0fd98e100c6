// The fleet run live in lockstep says the same, message for message, as its backtest.
#include <algorithm>

#include <gtest/gtest.h>

#include "scenarios/fleet_under_test.hpp"
#include "scenarios/history_file.hpp"
#include "scenarios/trading_fleet.hpp"

namespace drover::scenarios {
namespace {

std::string last_line_of(const std::string& text, const std::string& topic) {
    const std::size_t at = text.rfind(topic + " ");
    return at == std::string::npos ? "" : text.substr(at, text.find('\n', at) - at);
}

std::size_t count_lines(const std::string& text, const std::string& topic) {
    std::size_t count = text.starts_with(topic) ? 1 : 0;
    for (std::size_t at = text.find('\n' + topic); at != std::string::npos;
         at = text.find('\n' + topic, at + 1)) {
        ++count;
    }
    return count;
}

/// The fleet of the repository with one more agent that writes down all orders, events, positions,
/// accounts and summaries that it hears.
void write_recorded_fleet(const FleetUnderTest& fleet,
                          const std::string& history,
                          const std::string& speed) {
    fleet.write("agents.yaml",
                trading_fleet_yaml(
                    {.history = history,
                     .speed = speed,
                     .more_agents = fleet.filled_in("  recorder:\n    plugin: @behaving@\n"
                                                    "    agent: recorder\n"
                                                    "    config: {file: @FOLDER@/live.txt}\n")}));
}

void expect_live_to_equal_the_backtest(const FleetUnderTest& fleet) {
    const ProgramResult simulated =
        fleet.drover({"backtest",
                      "-o",
                      "json",
                      "--set",
                      "recorder.file=" + (fleet.folder() / "backtest.txt").string()});
    ASSERT_EQ(simulated.exit_code, 0) << simulated.text();
    const std::string backtest = fleet.read("backtest.txt");
    ASSERT_GT(count_lines(backtest, "order.submit."), 5U) << "there must be something to compare";
    ASSERT_GT(count_lines(backtest, "order.event."), 10U);
    ASSERT_FALSE(last_line_of(backtest, "performance.summary").empty());

    fleet.up();
    ASSERT_TRUE(eventually(
        [&fleet] {
            return fleet.read_end("live.txt").find("performance.summary") != std::string::npos;
        },
        4 * patience))
        << "the live fleet never came to its summary";
    const std::string live = fleet.read("live.txt");
    EXPECT_EQ(last_line_of(live, "performance.summary"),
              last_line_of(backtest, "performance.summary"));
    EXPECT_EQ(count_lines(live, "order.submit."), count_lines(backtest, "order.submit."));
    EXPECT_EQ(count_lines(live, "order.event."), count_lines(backtest, "order.event."));
    const auto [left, right] =
        std::mismatch(live.begin(), live.end(), backtest.begin(), backtest.end());
    EXPECT_TRUE(live == backtest)
        << "first difference at byte " << (left - live.begin()) << ":\nlive:     "
        << std::string(left, left + std::min<std::ptrdiff_t>(200, live.end() - left))
        << "\nbacktest: "
        << std::string(right, right + std::min<std::ptrdiff_t>(200, backtest.end() - right));
}

TEST(LiveEqualsBacktest, at_full_speed_over_a_random_walk) {
    const FleetUnderTest fleet;
    write_recorded_fleet(fleet, fleet.write("history.csv", random_walk(600)), "max");
    expect_live_to_equal_the_backtest(fleet);
}

struct WayOfSharing {
    const char* distribution;
    bool is_durable;  ///< Turns do not go with durable topics.
};

class SharedReplay : public testing::TestWithParam<WayOfSharing> {};

TEST_P(SharedReplay, gives_each_instance_the_bars_that_the_backtest_gives_it) {
    const FleetUnderTest fleet;
    std::string yaml = trading_fleet_yaml(
        {.history = fleet.write("history.csv", random_walk(200)),
         .speed = "max",
         .more_agents = fleet.filled_in("  recorder:\n    plugin: @behaving@\n"
                                        "    agent: recorder\n"
                                        "    config: {file: @FOLDER@/live.txt}\n"
                                        "  work:\n    plugin: @behaving@\n    agent: sharer\n"
                                        "    replicas: 3\n    distribution: " +
                                        std::string(GetParam().distribution) +
                                        "\n    config: {file: @FOLDER@/shares.txt}\n")});
    const std::string durable = R"("market.>":   {delivery: durable, receivers: declared})";
    ASSERT_NE(yaml.find(durable), std::string::npos);
    if (!GetParam().is_durable) {
        yaml.replace(yaml.find(durable), durable.size(), R"("market.>": {delivery: stream})");
    }
    fleet.write("agents.yaml", yaml);
    // The instances of the backtest write to the same file, one after the other.
    const ProgramResult simulated =
        fleet.drover({"backtest",
                      "-o",
                      "json",
                      "--set",
                      "recorder.file=" + (fleet.folder() / "backtest.txt").string(),
                      "--set",
                      "work.file=" + (fleet.folder() / "backtest_shares.txt").string()});
    ASSERT_EQ(simulated.exit_code, 0) << simulated.text();
    const std::string expected = fleet.read("backtest_shares.txt");
    for (const char* name : {"work.1 ", "work.2 ", "work.3 "}) {
        EXPECT_GT(count_lines(expected, name), 20U) << name << "has a fair share of 200 bars";
    }
    fleet.up();
    ASSERT_TRUE(eventually(
        [&fleet] {
            return fleet.read_end("live.txt").find("performance.summary") != std::string::npos;
        },
        4 * patience))
        << "the live fleet never came to its summary";
    EXPECT_EQ(fleet.read("shares.txt"), expected);
    EXPECT_EQ(fleet.read("live.txt"), fleet.read("backtest.txt"))
        << "what the instances publish is heard in the same order";
}

INSTANTIATE_TEST_SUITE_P(LiveEqualsBacktest,
                         SharedReplay,
                         testing::Values(WayOfSharing{"round_robin", false},
                                         WayOfSharing{"{by_key: close_time}", false},
                                         WayOfSharing{"{by_key: close_time}", true}));

TEST(LiveEqualsBacktest, at_a_steady_speed_over_a_random_walk) {
    const FleetUnderTest fleet;
    write_recorded_fleet(fleet, fleet.write("history.csv", random_walk(300, 7)), "150");
    expect_live_to_equal_the_backtest(fleet);
}

TEST(LiveEqualsBacktest, over_the_sp500_of_twenty_years) {
    if (sp500_file().empty()) {
        GTEST_SKIP() << "data/sp500-2000.csv is not there; ./dev setup fetches it";
    }
    const FleetUnderTest fleet;
    write_recorded_fleet(fleet, sp500_file(), "max");
    expect_live_to_equal_the_backtest(fleet);
    EXPECT_TRUE(fleet.reaches([](const FleetStatus& now) {
        return now.is_well() && now["market-data"].reason == "history ended 2020-04-17";
    }));
}

}  // namespace
}  // namespace drover::scenarios
