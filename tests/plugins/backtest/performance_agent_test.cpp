// The performance agent: the last snapshot of an instant counts, trades close, a restart goes on.
#include "backtest/performance_agent.hpp"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <drover/testing/harness.hpp>

#include "decimal/decimal_text.hpp"
#include "tests/plugins/spans.hpp"

namespace drover {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;
using testing::Harness;

constexpr std::int64_t one = 1'000'000'000;

struct Performance : ::testing::Test {
    std::unique_ptr<Harness> harness;
    std::uint32_t open_positions = 0;

    void SetUp() override { begin(); }
    void begin(const char* config = "{}") {
        harness = std::make_unique<Harness>(library<PerformanceAgent>(), "performance", config);
        ASSERT_EQ(harness->start(), DROVER_OK);
    }
    void bar(std::int64_t instant, std::int64_t close, std::uint32_t flags = 0) {
        drover_bar made{};
        set_text(made.symbol, "SPX");
        set_text(made.interval, "1d");
        made.open_time = (instant - 1) * day;
        made.close_time = instant * day;
        made.open = made.high = made.low = made.close = close * one;
        made.flags = flags;
        harness->deliver("market.bar.SPX.1d", made, instant * day, "market-data");
    }
    void account(std::int64_t instant, const char* equity, const char* symbol = "SPX") {
        drover_account made{};
        set_text(made.account, "paper");
        set_text(made.currency, "USD");
        set_text(made.symbol, symbol);
        made.open_time = (instant - 1) * day;
        made.close_time = instant * day;
        made.initial_cash = money_from_text("100").to_record();
        made.equity = money_from_text(equity).to_record();
        made.open_positions = open_positions;
        made.working_orders = 2;
        harness->deliver("account.paper", made, instant * day, "broker");
    }
    void fill(std::int64_t instant,
              const char* id,
              std::int32_t side,
              std::int64_t price,
              const char* commission = "0") {
        drover_order_event made{};
        set_text(made.client_order_id, id);
        set_text(made.account, "paper");
        set_text(made.symbol, "SPX");
        made.time = (instant - 1) * day;
        made.kind = DROVER_ORDER_FILLED;
        made.side = side;
        made.quantity = made.filled_quantity = made.fill_quantity = one;
        made.fill_price = price * one;
        made.commission = money_from_text(commission).to_record();
        harness->deliver("order.event.paper.SPX", made, instant * day, "broker");
    }
    void end(std::int64_t instant) {
        harness->deliver_json("market.end",
                              R"({"reason": "history ended", "bars": 4})",
                              instant * day,
                              "market-data");
    }
    /// Four bars, one trade of +5 with commissions of 0.5, and a position left open.
    void play(bool with_restarts = false) {
        const auto restart = [&] {
            if (with_restarts) {
                ASSERT_EQ(harness->restart(), DROVER_OK);
            }
        };
        bar(5, 100);
        account(5, "100");
        restart();
        bar(6, 104);
        fill(6, "a", DROVER_SIDE_BUY, 101, "0.25");
        restart();
        account(6, "102.75");
        bar(7, 90);
        account(7, "88.75");
        restart();
        bar(8, 107);
        fill(8, "b", DROVER_SIDE_SELL, 106, "0.25");
        fill(8, "c", DROVER_SIDE_BUY, 106);
        open_positions = 1;
        restart();
        account(8, "105.500000000000000001");
    }
    /// Two more bars, so that there are day returns to forget.
    void play_on(bool with_restart = false) {
        bar(9, 100);
        account(9, "98.5");
        if (with_restart) {
            ASSERT_EQ(harness->restart(), DROVER_OK);
        }
        bar(10, 110);
        account(10, "108.5");
        end(10);
    }
    Json summary() {
        const auto texts = harness->take_json("performance.summary");
        EXPECT_EQ(texts.size(), 1U);
        return texts.empty() ? Json() : Json::parse(texts.back());
    }
};

TEST_F(Performance, sums_up_when_the_history_has_ended) {
    play();
    end(8);
    const Json found = summary();
    EXPECT_EQ(found.at("account"), "paper");
    EXPECT_EQ(found.at("reason"), "history ended");
    EXPECT_EQ(found.at("trades"), 1);
    EXPECT_EQ(found.at("bars"), 4);
    EXPECT_EQ(found.at("open_positions"), 1);
    EXPECT_EQ(found.at("open_orders"), 2);
    EXPECT_DOUBLE_EQ(found.at("return_percent"), 5.5);
    EXPECT_DOUBLE_EQ(found.at("max_drawdown_percent"), 14.0 / 102.75 * 100);
    const Json& statistics = found.at("statistics");
    EXPECT_DOUBLE_EQ(statistics.at("exposure_time_percent"), 75);
    EXPECT_NEAR(statistics.at("best_trade_percent"), (5.0 - 0.5) / 101 * 100, 1e-12);
    EXPECT_EQ(statistics.at("sqn"), nullptr) << "one trade has no deviation";
    EXPECT_TRUE(found.at("notes").empty());
    EXPECT_FALSE(found.at("assumptions").empty());
}

TEST_F(Performance, prints_amounts_with_every_digit) {
    play();
    end(8);
    const auto texts = harness->take_json("performance.summary");
    ASSERT_EQ(texts.size(), 1U);
    EXPECT_THAT(texts[0], HasSubstr(R"("final_equity":105.500000000000000001,)"));
    EXPECT_THAT(texts[0], HasSubstr(R"("initial_equity":100.000000,)"));
}

TEST_F(Performance, prints_the_return_with_the_digits_it_has) {
    bar(5, 100);
    account(5, "100");
    bar(6, 100);
    account(6, "101.413669983");
    end(6);
    const auto texts = harness->take_json("performance.summary");
    ASSERT_EQ(texts.size(), 1U);
    EXPECT_THAT(texts[0], HasSubstr(R"("return_percent":1.413669983,"max_drawdown)"));
    EXPECT_THAT(texts[0], HasSubstr(R"("return_percent":1.413669983,"buy_and_hold)"));
}

TEST_F(Performance, publishes_each_closed_trade) {
    play();
    const auto texts = harness->take_json("performance.trade.SPX");
    ASSERT_EQ(texts.size(), 1U);
    const Json trade = Json::parse(texts[0]);
    EXPECT_EQ(trade.at("side"), "long");
    EXPECT_EQ(trade.at("entry_price"), 101);
    EXPECT_EQ(trade.at("exit_price"), 106);
    EXPECT_DOUBLE_EQ(trade.at("pnl"), 4.5);
    EXPECT_EQ(trade.at("return_percent"), 450.0 / 101.0);
    EXPECT_EQ(trade.at("entry_bar"), 1);
    EXPECT_EQ(trade.at("exit_bar"), 3);
    EXPECT_EQ(trade.at("entry_time"), "1970-01-06");
    EXPECT_EQ(trade.at("order"), "a");
    EXPECT_EQ(trade.at("forced"), false);
}

TEST_F(Performance, takes_the_last_snapshot_of_an_instant) {
    bar(5, 100);
    account(5, "50");
    account(5, "100");
    bar(6, 100);
    account(6, "100");
    end(6);
    const Json found = summary();
    EXPECT_DOUBLE_EQ(found.at("max_drawdown_percent"), 0);
    EXPECT_DOUBLE_EQ(found.at("statistics").at("return_percent"), 0);
}

TEST_F(Performance, measures_the_first_fall_from_the_initial_cash) {
    bar(5, 100);
    account(5, "90");
    end(5);
    EXPECT_DOUBLE_EQ(summary().at("max_drawdown_percent"), 10);
}

TEST_F(Performance, waits_for_the_snapshot_of_the_instant_that_ends) {
    bar(5, 100);
    account(5, "100");
    bar(6, 100);
    end(6);
    account(6, "120");
    const auto texts = harness->take_json("performance.summary");
    ASSERT_FALSE(texts.empty());
    EXPECT_DOUBLE_EQ(Json::parse(texts.back()).at("return_percent"), 20);
}

TEST_F(Performance, sums_up_after_restarts_as_if_there_had_been_none) {
    play();
    play_on();
    Json undisturbed = summary();
    begin();
    open_positions = 0;
    play(true);
    play_on(true);
    Json restarted = summary();
    EXPECT_NE(undisturbed.at("statistics").at("value_at_risk_95_percent"), nullptr);
    EXPECT_EQ(undisturbed, restarted);
}

TEST_F(Performance, says_what_it_cannot_know_where_the_store_has_not_kept_it) {
    play();
    play_on();
    const std::string saved = harness->saved_state().value();
    begin();
    harness->set_saved_state(saved, 1);
    ASSERT_EQ(harness->restart(), DROVER_OK);
    end(11);
    const Json found = summary();
    EXPECT_EQ(found.at("notes").size(), 1U);
    EXPECT_EQ(found.at("statistics").at("value_at_risk_95_percent"), nullptr);
}

TEST_F(Performance, leaves_warm_up_bars_out) {
    bar(4, 100, DROVER_BAR_WARM_UP);
    account(4, "100");
    bar(5, 100);
    account(5, "100");
    end(5);
    const Json found = summary();
    EXPECT_EQ(found.at("bars"), 1);
    EXPECT_EQ(found.at("statistics").at("duration_seconds"), 0);
}

TEST_F(Performance, does_not_count_a_snapshot_that_no_bar_caused) {
    account(4, "100", "");
    bar(5, 100);
    account(5, "100");
    bar(6, 100);
    account(6, "100");
    end(6);
    EXPECT_EQ(summary().at("statistics").at("duration_seconds"), 86400);
}

TEST_F(Performance, notes_lost_messages) {
    bar(5, 100);
    account(5, "100");
    harness->lose("order.event.paper.SPX", 1, "broker");
    fill(6, "a", DROVER_SIDE_BUY, 100);
    EXPECT_EQ(harness->health().level, DROVER_HEALTH_DEGRADED);
    account(6, "100");
    end(6);
    EXPECT_EQ(summary().at("notes").size(), 1U);
}

TEST_F(Performance, uses_the_multiplier_of_the_instrument) {
    begin(R"({"multipliers": {"SPX": 50}})");
    bar(5, 100);
    account(5, "100");
    fill(6, "a", DROVER_SIDE_BUY, 100);
    fill(6, "b", DROVER_SIDE_SELL, 102);
    const auto texts = harness->take_json("performance.trade.SPX");
    ASSERT_EQ(texts.size(), 1U);
    EXPECT_DOUBLE_EQ(Json::parse(texts[0]).at("pnl"), 100);
}

TEST_F(Performance, publishes_a_summary_every_so_many_bars_when_asked) {
    begin(R"({"summary_every_bars": 2})");
    for (std::int64_t instant = 5; instant < 10; ++instant) {
        bar(instant, 100);
        account(instant, "100");
    }
    EXPECT_EQ(harness->take_json("performance.summary").size(), 2U);
}

}  // namespace
}  // namespace drover
