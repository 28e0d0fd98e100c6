/// A risk agent whose market, broker and advisor the test plays.
#pragma once

#include <memory>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/testing/harness.hpp>

#include "risk/risk_agent.hpp"
#include "tests/plugins/spans.hpp"

namespace drover {

using testing::Harness;
using ::testing::HasSubstr;

inline constexpr std::int64_t one = 1'000'000'000;

inline Quantity whole(std::int64_t number) {
    return Quantity::from_whole(number);
}

/// A risk agent with a broker that the test plays.
struct Risk : ::testing::Test {
    std::unique_ptr<Harness> harness;
    bool restarts_after_each = false;  ///< A new life after everything that it is told.

    void begin(const char* config = "{}", std::uint32_t mode = DROVER_MODE_SIMULATION) {
        testing::Options options;
        options.fleet = "desk";
        options.mode = mode;
        harness = std::make_unique<Harness>(library<RiskAgent>(), "risk", config, options);
        ASSERT_EQ(harness->start(), DROVER_OK);
    }

    void told() {
        if (restarts_after_each) {
            ASSERT_EQ(harness->restart(), DROVER_OK);
        }
    }
    void bar(std::int64_t instant, std::int64_t close) {
        drover_bar made{};
        set_text(made.symbol, "SPX");
        set_text(made.interval, "1d");
        made.open_time = (instant - 1) * day;
        made.close_time = instant * day;
        made.open = made.high = made.low = made.close = close * one;
        harness->deliver("market.bar.SPX.1d", made, instant * day, "market-data");
        told();
    }
    void position(std::int64_t instant, std::int64_t quantity) {
        drover_position made{};
        set_text(made.account, "paper");
        set_text(made.symbol, "SPX");
        made.quantity = quantity * one;
        harness->deliver("position.paper.SPX", made, instant * day, "broker");
        told();
    }
    void account(std::int64_t instant,
                 std::uint32_t positions,
                 std::uint32_t orders,
                 const char* symbol = "SPX",
                 std::int64_t equity = 1000) {
        drover_account made{};
        set_text(made.account, "paper");
        set_text(made.symbol, symbol);
        made.open_positions = positions;
        made.working_orders = orders;
        set_text(made.interval, "1d");
        made.open_time = (instant - 1) * day;
        made.initial_cash = Money::from_whole(1000).to_record();
        made.equity = Money::from_whole(equity).to_record();
        harness->deliver("account.paper", made, instant * day, "broker");
        told();
    }
    void event(std::int64_t instant, const drover_order& order, std::int32_t kind) {
        drover_order_event made{};
        set_text(made.client_order_id, text_of(order.client_order_id));
        set_text(made.account, "paper");
        set_text(made.symbol, "SPX");
        made.quantity = order.quantity;
        made.side = order.side;
        made.kind = kind;
        if (kind == DROVER_ORDER_FILLED) {
            made.filled_quantity = made.fill_quantity = order.quantity;
        }
        harness->deliver("order.event.paper.SPX", made, instant * day, "broker");
        told();
    }
    void advise(std::int64_t instant, std::int32_t target) {
        drover_advice made{};
        set_text(made.symbol, "SPX");
        made.price = 100 * one;
        made.target = target;
        set_text(made.reason, "Because.");
        harness->deliver("advice.SPX", made, instant * day, "advisor");
        told();
    }

    std::vector<drover_order> orders() {
        return harness->take<drover_order>("order.submit.paper.SPX");
    }
    std::vector<drover_cancel> cancels() {
        return harness->take<drover_cancel>("order.cancel.paper.SPX");
    }
    drover_verdict verdict() {
        const auto found = harness->take<drover_verdict>("risk.verdict.paper.SPX");
        EXPECT_FALSE(found.empty());
        return found.empty() ? drover_verdict{} : found.back();
    }
    /// One order of one unit, sent at `instant`.
    drover_order enter(std::int64_t instant) {
        advise(instant, DROVER_TARGET_LONG);
        const auto sent = orders();
        EXPECT_EQ(sent.size(), 1U);
        (void)verdict();
        return sent.empty() ? drover_order{} : sent.front();
    }
};

}  // namespace drover
