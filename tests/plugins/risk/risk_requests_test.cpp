// What people ask of the risk agent.
#include <nlohmann/json.hpp>

#include "tests/plugins/risk/risk_fixture.hpp"

namespace drover {
namespace {

using Json = nlohmann::json;

constexpr const char* halted_for_a_day =
    R"({"breakers": {"daily_loss": {"limit": 50, "then": "halted"},
    "peak_drawdown": {"limit": "20%"}}})";

struct RiskRequests : Risk {
    Json ask(const char* port, const char* json) {
        const auto reply = harness->ask(port, std::string_view(json));
        EXPECT_EQ(reply.status, DROVER_OK) << reply.error;
        return reply.status == DROVER_OK ? Json::parse(reply.body) : Json();
    }
    std::string refusal(const char* port, const char* json) {
        const auto reply = harness->ask(port, std::string_view(json));
        EXPECT_LT(reply.status, 0);
        return reply.error;
    }
    void trip() {
        begin(halted_for_a_day);
        bar(1, 100);
        account(1, 0, 0, "SPX", 1000);
        bar(2, 100);
        account(2, 0, 0, "SPX", 940);
    }
};

TEST_F(RiskRequests, show_each_breaker_with_value_limit_and_reason) {
    trip();
    const Json answer = ask("risk-status", "{}");
    ASSERT_EQ(answer.at("rows").size(), 2U);
    const Json& daily = answer.at("rows").at(0);
    EXPECT_EQ(daily.at("breaker"), "daily_loss");
    EXPECT_EQ(daily.at("state"), "halted");
    EXPECT_EQ(daily.at("value"), "60.000000");
    EXPECT_EQ(daily.at("limit"), "50.000000");
    EXPECT_EQ(daily.at("base"), "1000.000000");
    EXPECT_EQ(daily.at("bar"), "1970-01-02");
    EXPECT_THAT(daily.at("reason").get<std::string>(), HasSubstr("until a person resets it"));
    const Json& peak = answer.at("rows").at(1);
    EXPECT_EQ(peak.at("state"), "active");
    EXPECT_EQ(peak.at("limit"), "200.000000");
    EXPECT_TRUE(peak.at("since").is_null());
    EXPECT_EQ(answer.at("sentences").at(0),
              "Account paper is halted; a day begins after 00:00 UTC.");
}

TEST_F(RiskRequests, say_that_there_are_no_breakers) {
    begin();
    EXPECT_EQ(ask("risk-status", "{}").at("sentences").at(0),
              "Account paper is active; its config has no breakers.");
}

TEST_F(RiskRequests, reset_what_has_tripped_and_let_trading_go_on) {
    trip();
    (void)harness->take<drover_breaker>(">");
    const Json answer = ask(
        "risk-reset", R"({"by": "mona", "reason": "It was a split.", "breaker": "daily_loss"})");
    EXPECT_EQ(answer.at("sentences").at(0),
              "mona reset daily_loss, which was halted; it is measured from 940.00 now. Reason: It "
              "was a split.");
    EXPECT_EQ(answer.at("sentences").at(1), "Account paper is active.");
    const auto changes = harness->take<drover_breaker>("risk.breaker.paper");
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].state, DROVER_TRADING_ACTIVE);
    EXPECT_EQ(text_of(changes[0].by), "mona");
    EXPECT_EQ(harness->health().level, DROVER_HEALTH_HEALTHY);
    advise(2, DROVER_TARGET_LONG);
    EXPECT_EQ(orders().size(), 1U);
    ASSERT_EQ(harness->restart(), DROVER_OK);
    EXPECT_EQ(harness->health().level, DROVER_HEALTH_HEALTHY) << "the reset is remembered";
}

TEST_F(RiskRequests, reset_nothing_where_nothing_has_tripped) {
    begin(halted_for_a_day);
    account(1, 0, 0, "SPX", 1000);
    EXPECT_EQ(ask("risk-reset", R"({"by": "mona", "reason": "r"})").at("sentences").at(0),
              "No breaker of account paper has tripped: nothing was done.");
}

TEST_F(RiskRequests, demand_a_name_and_a_reason_for_a_reset) {
    trip();
    EXPECT_THAT(refusal("risk-reset", R"({"reason": "r"})"), HasSubstr("'by' is missing"));
    EXPECT_THAT(refusal("risk-reset", R"({"by": "mona", "reason": " "})"),
                HasSubstr("'reason' is missing"));
    EXPECT_THAT(refusal("risk-reset", R"({"by": "m", "reason": "r", "breaker": "daily"})"),
                HasSubstr("no breaker 'daily'; it has daily_loss, peak_drawdown"));
    EXPECT_EQ(ask("risk-status", "{}").at("rows").at(0).at("state"), "halted");
}

TEST_F(RiskRequests, pass_over_another_account) {
    trip();
    EXPECT_EQ(
        ask("risk-reset", R"({"account": "other", "by": "m", "reason": "r"})").at("concerned"),
        false);
    EXPECT_EQ(ask("risk-status", R"({"account": "paper"})").at("concerned"), true);
}

}  // namespace
}  // namespace drover
