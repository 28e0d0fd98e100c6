// What a person asks of a running fleet: accounts, positions, orders, trades, flatten, the
// breakers.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "scenarios/fleet_under_test.hpp"
#include "scenarios/history_file.hpp"
#include "scenarios/trading_fleet.hpp"

namespace drover::scenarios {
namespace {

using ::testing::HasSubstr;

struct People : testing::Test {
    FleetUnderTest fleet;

    /// The document that a verb prints.
    Json ask(std::vector<std::string> arguments) const {
        arguments.insert(arguments.end(), {"-o", "json"});
        const ProgramResult result = fleet.drover(arguments);
        EXPECT_EQ(result.exit_code, 0) << result.text();
        const auto document = parse_json(result.output);
        EXPECT_TRUE(document) << result.text();
        return document ? document.value() : Json{{"rows", Json::array()}};
    }
    std::size_t rows(const std::vector<std::string>& arguments) const {
        return ask(arguments).at("rows").size();
    }
    /// Engages the kill switch while a position is open that no order of before will close any
    /// more. Releases it again otherwise.
    [[nodiscard]] bool holds_a_position_under_the_switch() const {
        EXPECT_EQ(fleet.drover({"kill-switch", "engage"}).exit_code, 0);
        const bool is_held = rows({"orders"}) == 0 && rows({"positions"}) == 1;
        if (!is_held) {
            EXPECT_EQ(fleet.drover({"kill-switch", "release"}).exit_code, 0);
        }
        return is_held;
    }
    void up_on_a_random_walk(int bars, const std::string& speed) const {
        const auto history = fleet.write("history.csv", random_walk(bars));
        fleet.write("agents.yaml", trading_fleet_yaml({.history = history, .speed = speed}));
        fleet.up();
    }
};

TEST_F(People, see_the_worked_example_to_the_last_digit) {
    if (sp500_file().empty()) {
        GTEST_SKIP() << "data/sp500-2000.csv is not there; ./dev setup fetches it";
    }
    fleet.write("agents.yaml", trading_fleet_yaml({.history = sp500_file()}));
    fleet.up();
    ASSERT_TRUE(fleet.history_ends());
    const Json account = ask({"accounts"}).at("rows").at(0);
    EXPECT_EQ(account.at("equity"), "100333.349913");
    EXPECT_EQ(account.at("account"), "paper");
    EXPECT_EQ(account.at("agent"), "broker");
    EXPECT_EQ(rows({"trades"}), 128U);
    EXPECT_EQ(rows({"trades", "-n", "5"}), 5U);
    const Json position = ask({"positions"}).at("rows").at(0);
    EXPECT_EQ(position.at("symbol"), "SPX");
    EXPECT_EQ(position.at("quantity"), "1");
    EXPECT_EQ(rows({"orders"}), 0U);
    EXPECT_EQ(rows({"orders", "--all"}), 100U);
    const ProgramResult table = fleet.drover({"trades", "-n", "1"});
    EXPECT_THAT(table.output, HasSubstr("ENTRY PRICE"));
    EXPECT_THAT(table.output,
                HasSubstr("Account paper has 128 closed trades; the last 1 are shown."));

    const Json flattened = ask({"flatten", "--yes"});
    EXPECT_EQ(flattened.at("rows").at(0).at("closing"), "sell 1 at the next open");
    EXPECT_THAT(flattened.at("sentences").at(0).get<std::string>(),
                HasSubstr("The history has ended"));
    EXPECT_THAT(fleet.drover({"orders"}).output, HasSubstr("The history has ended"));
    EXPECT_EQ(rows({"orders"}), 1U);
}

TEST_F(People, flatten_while_the_kill_switch_is_engaged) {
    up_on_a_random_walk(8000, "100");
    ASSERT_TRUE(eventually([&] { return holds_a_position_under_the_switch(); }));
    const ProgramResult flattened = fleet.drover({"flatten", "--yes"});
    EXPECT_EQ(flattened.exit_code, 0) << flattened.text();
    EXPECT_THAT(flattened.output, HasSubstr("SPX"));
    EXPECT_TRUE(eventually([&] { return rows({"positions"}) == 0; }));
    EXPECT_THAT(fleet.drover({"orders", "--all"}).output, HasSubstr("a person"));
}

TEST_F(People, reset_a_breaker_that_has_tripped) {
    const auto history = fleet.write("history.csv", random_walk(150));
    std::string text = trading_fleet_yaml({.history = history});
    const std::string plain = "{plugin: risk, depends_on: [broker]}";
    const std::size_t at = text.find(plain);
    ASSERT_NE(at, std::string::npos) << text;
    text.replace(at,
                 plain.size(),
                 "{plugin: risk, depends_on: [broker], config: {breakers: {daily_loss: {limit: "
                 "0.01, then: halted}}}}");
    fleet.write("agents.yaml", text);
    fleet.up_well_or_not();
    ASSERT_TRUE(fleet.history_ends());
    EXPECT_EQ(ask({"risk", "status"}).at("rows").at(0).at("state"), "halted");
    EXPECT_THAT(fleet.drover({"risk", "reset", "--reason", "x", "--breaker", "daily"}).errors,
                HasSubstr("no breaker 'daily'; it has daily_loss"));
    const ProgramResult reset =
        fleet.drover({"risk", "reset", "--by", "mona", "--reason", "It is only a test."});
    EXPECT_EQ(reset.exit_code, 0) << reset.text();
    EXPECT_THAT(reset.output, HasSubstr("mona reset daily_loss, which was halted"));
    EXPECT_TRUE(fleet.reaches("risk", [](const AgentStatus& now) { return now.is_well(); }));
    EXPECT_EQ(ask({"risk", "status"}).at("rows").at(0).at("state"), "active");
}

TEST_F(People, are_told_when_nobody_serves_a_port_or_an_account) {
    fleet.write_agents("  one: {plugin: @behaving@, agent: quiet}\n");
    fleet.up();
    const ProgramResult nobody = fleet.drover({"positions"});
    EXPECT_EQ(nobody.exit_code, 1);
    EXPECT_THAT(nobody.errors, HasSubstr("port 'positions'"));
    fleet.down();
    up_on_a_random_walk(50, "max");
    const ProgramResult other = fleet.drover({"accounts", "--account", "other"});
    EXPECT_EQ(other.exit_code, 2);
    EXPECT_THAT(other.errors, HasSubstr("keeps the account 'paper', not 'other'"));
}

TEST_F(People, must_say_yes_to_flatten_where_nobody_can_be_asked) {
    const ProgramResult refused = fleet.drover({"flatten"});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.errors, HasSubstr("--yes"));
    EXPECT_EQ(fleet.drover({"positions"}).exit_code, 4) << "no droverd runs";
}

}  // namespace
}  // namespace drover::scenarios
