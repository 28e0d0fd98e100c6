// What is sent to get from the expected position to an advised one.
#include "risk/order_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decimal/decimal_text.hpp"
#include "tests/plugins/risk/risk_fixture.hpp"

namespace drover {
namespace {

using ::testing::HasSubstr;

struct Planned : ::testing::Test {
    RiskConfig config;
    SymbolBook book;
    PlanInput input;

    void SetUp() override {
        input.symbol = "SPX";
        input.is_book_known = true;
        input.advice_reason = "Because.";
        config.limits.max_position = whole(10);
    }
    void work(std::int64_t quantity) {
        book.orders.push_back({"o" + std::to_string(book.orders.size()), whole(quantity), 1});
    }
    OrderPlan plan(int direction) {
        input.direction = direction;
        return plan_order(config, book, input);
    }
};

TEST_F(Planned, an_entry_is_the_target) {
    const OrderPlan made = plan(1);
    EXPECT_EQ(made.kind, DROVER_VERDICT_APPROVED);
    EXPECT_EQ(made.order, whole(1));
    EXPECT_FALSE(made.is_reduce_only);
    EXPECT_EQ(made.reason,
              "Buy 1 SPX: target 1 (fixed_units 1), expected 0 (held 0, working 0). Because.");
}

TEST_F(Planned, an_order_is_what_lies_between_target_and_expected) {
    config.sizing.units = whole(5);
    book.filled = whole(2);
    work(1);
    EXPECT_EQ(plan(1).order, whole(2));
}

TEST_F(Planned, nothing_is_sent_when_the_target_is_expected) {
    work(1);
    const OrderPlan made = plan(1);
    EXPECT_EQ(made.kind, DROVER_VERDICT_NO_ORDER);
    EXPECT_EQ(made.order, whole(0));
    EXPECT_EQ(plan(1).target, whole(1));
}

TEST_F(Planned, an_exit_only_reduces) {
    book.filled = whole(1);
    const OrderPlan made = plan(0);
    EXPECT_EQ(made.order, whole(-1));
    EXPECT_TRUE(made.is_reduce_only);
}

TEST_F(Planned, a_reversal_is_one_order_for_the_net_quantity) {
    book.filled = whole(1);
    const OrderPlan made = plan(-1);
    EXPECT_EQ(made.order, whole(-2));
    EXPECT_FALSE(made.is_reduce_only);
}

TEST_F(Planned, opposite_working_orders_are_cancelled_before_an_entry) {
    work(-1);
    const OrderPlan made = plan(1);
    EXPECT_EQ(made.kind, DROVER_VERDICT_WAITING);
    EXPECT_EQ(made.cancel_side, -1);
    EXPECT_EQ(made.order, whole(0));
    EXPECT_EQ(made.wait, WaitFor::cancel);
}

TEST_F(Planned, an_exit_of_what_is_held_does_not_wait_for_the_cancel_of_an_entry) {
    book.filled = whole(2);
    work(1);
    const OrderPlan made = plan(0);
    EXPECT_EQ(made.cancel_side, 1);
    EXPECT_EQ(made.order, whole(-2));
    EXPECT_TRUE(made.is_reduce_only);
    EXPECT_EQ(made.wait, WaitFor::cancel);
}

TEST_F(Planned, an_exit_counts_the_exits_that_work_already) {
    book.filled = whole(2);
    work(-2);
    work(1);
    EXPECT_EQ(plan(0).order, whole(0));
    EXPECT_EQ(plan(0).cancel_side, 1);
}

TEST_F(Planned, nothing_is_decided_before_the_book_is_known) {
    input.is_book_known = false;
    EXPECT_EQ(plan(1).kind, DROVER_VERDICT_WAITING);
    EXPECT_EQ(plan(0).wait, WaitFor::book);
}

TEST_F(Planned, a_limit_refuses_with_its_name_and_numbers) {
    config.limits.max_position = whole(1);
    config.sizing.units = whole(3);
    const OrderPlan made = plan(1);
    EXPECT_EQ(made.kind, DROVER_VERDICT_REFUSED);
    EXPECT_EQ(made.rule, "max_position");
    EXPECT_THAT(made.reason, HasSubstr("a position of 3 is beyond max_position 1"));
}

TEST_F(Planned, a_refused_reversal_still_leaves_the_position) {
    config.limits.max_position = whole(1);
    config.sizing.units = whole(3);
    book.filled = whole(1);
    const OrderPlan made = plan(-1);
    EXPECT_EQ(made.kind, DROVER_VERDICT_APPROVED);
    EXPECT_EQ(made.order, whole(-1));
    EXPECT_TRUE(made.is_reduce_only);
}

TEST_F(Planned, lost_bars_refuse_an_entry_and_let_an_exit_pass) {
    input.has_gap = true;
    EXPECT_EQ(plan(1).rule, "bar_gap");
    EXPECT_EQ(plan(1).kind, DROVER_VERDICT_REFUSED);
    book.filled = whole(1);
    EXPECT_EQ(plan(0).order, whole(-1));
    EXPECT_EQ(plan(-1).order, whole(-1)) << "the entry of a reversal is left out";
}

struct PlannedByFraction : Planned {
    void SetUp() override {
        Planned::SetUp();
        config.sizing.method = SizingMethod::fixed_fraction;
        config.sizing.fraction = factor_from_text("0.5");
        input.price = Price::from_whole(100);
    }
};

TEST_F(PlannedByFraction, an_entry_waits_for_the_account) {
    EXPECT_EQ(plan(1).wait, WaitFor::account);
    EXPECT_EQ(plan(1).kind, DROVER_VERDICT_WAITING);
    input.equity = Money::from_whole(1000);
    EXPECT_EQ(plan(1).order, whole(5));
}

TEST_F(PlannedByFraction, an_exit_never_waits) {
    book.filled = whole(3);
    EXPECT_EQ(plan(0).order, whole(-3));
    EXPECT_EQ(plan(0).wait, WaitFor::nothing);
}

TEST_F(PlannedByFraction, a_reversal_leaves_at_once_and_enters_when_the_account_is_known) {
    book.filled = whole(3);
    const OrderPlan made = plan(-1);
    EXPECT_EQ(made.order, whole(-3));
    EXPECT_EQ(made.kind, DROVER_VERDICT_APPROVED);
    EXPECT_EQ(made.wait, WaitFor::account);
    EXPECT_THAT(made.reason, HasSubstr("The entry waits"));
}

}  // namespace
}  // namespace drover
