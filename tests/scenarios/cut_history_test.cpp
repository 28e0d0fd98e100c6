// Nothing looks ahead: a run on a history that ends early gives the same messages up to its end.
#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"
#include "scenarios/history_file.hpp"
#include "scenarios/trading_fleet.hpp"

namespace drover::scenarios {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

bool has_topic(const std::string& event, const std::string& topic) {
    return event.starts_with("{\"topic\":\"" + topic);
}

/// The first `bars` bars of a history, its header included.
std::string cut(const std::vector<std::string>& history, std::size_t bars) {
    std::string text;
    for (std::size_t line = 0; line <= bars; ++line) {
        text += history[line] + "\n";
    }
    return text;
}

/// Every message of a backtest over a history.
std::vector<std::string> events_over(const FleetUnderTest& fleet, const std::string& history) {
    const ProgramResult result = fleet.drover(
        {"backtest", "-o", "json", "--events", "events", "--set", "market-data.file=" + history});
    EXPECT_EQ(result.exit_code, 0) << result.text();
    return lines_of(fleet.read("events"));
}

/// The orders and cancels of a run up to a time, as they were written. Times are ISO 8601 of one
/// form in one history, so that text compares as time does.
std::vector<std::string> orders_until(const std::vector<std::string>& events,
                                      const std::string& last) {
    std::vector<std::string> orders;
    for (const std::string& event : events) {
        const bool is_order =
            has_topic(event, "order.submit.") || has_topic(event, "order.cancel.");
        if (is_order && parse_json(event).value().at("event_time").get<std::string>() <= last) {
            orders.push_back(event);
        }
    }
    return orders;
}

std::string time_of_last_bar(const std::vector<std::string>& events) {
    const auto last = std::find_if(events.rbegin(), events.rend(), [](const std::string& event) {
        return has_topic(event, "market.bar.");
    });
    return last == events.rend() ? "" : parse_json(*last).value().at("event_time");
}

void expect_the_same_up_to_each_cut(const FleetUnderTest& fleet,
                                    const std::string& history_text,
                                    const std::vector<std::size_t>& cuts,
                                    std::size_t fewest_orders) {
    const auto history = lines_of(history_text);
    fleet.write("whole.csv", history_text);
    const auto whole = events_over(fleet, "whole.csv");
    ASSERT_GT(orders_until(whole, time_of_last_bar(whole)).size(), fewest_orders);
    for (const std::size_t bars : cuts) {
        fleet.write("cut.csv", cut(history, bars));
        const auto part = events_over(fleet, "cut.csv");
        const auto end = std::find_if(part.begin(), part.end(), [](const std::string& event) {
            return has_topic(event, "market.end");
        });
        ASSERT_NE(end, part.end()) << bars;
        const auto [left, right] = std::mismatch(part.begin(), end, whole.begin(), whole.end());
        EXPECT_EQ(left, end) << "cut at bar " << bars << ", first difference:\n"
                             << (left == part.end() ? "" : *left) << "\n"
                             << (right == whole.end() ? "" : *right);
        const std::string last = time_of_last_bar(part);
        EXPECT_EQ(orders_until(part, last), orders_until(whole, last)) << "cut at bar " << bars;
    }
}

TEST(CutHistory, gives_the_same_orders_up_to_the_cut_of_a_random_walk) {
    const FleetUnderTest fleet;
    const std::string history = random_walk(400, 5);
    fleet.write("agents.yaml", trading_fleet_yaml({.history = fleet.write("h.csv", history)}));
    expect_the_same_up_to_each_cut(fleet, history, {1, 19, 20, 21, 137, 399}, 5);
}

TEST(CutHistory, gives_the_same_orders_up_to_the_cut_of_the_sp500) {
    if (sp500_file().empty()) {
        GTEST_SKIP() << "data/sp500-2000.csv is not there; ./dev setup fetches it";
    }
    const FleetUnderTest fleet;
    std::filesystem::copy_file(sp500_file(), fleet.folder() / "sp500.csv");
    fleet.write("agents.yaml", trading_fleet_yaml({.history = sp500_file()}));
    expect_the_same_up_to_each_cut(fleet, fleet.read("sp500.csv"), {252, 1999, 3500, 5000}, 200);
}

}  // namespace
}  // namespace drover::scenarios
