// The risk agent as its host sees it: advice in, orders and verdicts out.
#include "tests/plugins/risk/risk_fixture.hpp"

namespace drover {
namespace {

TEST_F(Risk, sends_a_market_order_for_the_target_and_says_why) {
    begin();
    account(1, 0, 0);
    advise(1, DROVER_TARGET_LONG);
    const auto sent = orders();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].quantity, one);
    EXPECT_EQ(sent[0].side, DROVER_SIDE_BUY);
    EXPECT_EQ(sent[0].kind, DROVER_ORDER_MARKET);
    EXPECT_EQ(sent[0].limit_price, DROVER_NO_VALUE);
    EXPECT_EQ(text_of(sent[0].reason), "Because.");
    const drover_verdict said = verdict();
    EXPECT_EQ(said.kind, DROVER_VERDICT_APPROVED);
    EXPECT_EQ(said.quantity, one);
    EXPECT_EQ(text_of(said.client_order_id), text_of(sent[0].client_order_id));
    EXPECT_THAT(std::string(text_of(said.reason)), HasSubstr("Buy 1 SPX: target 1"));
}

TEST_F(Risk, sends_no_second_order_for_a_target_that_is_expected) {
    begin();
    account(1, 0, 0);
    enter(1);
    advise(1, DROVER_TARGET_LONG);
    EXPECT_TRUE(orders().empty());
    EXPECT_EQ(verdict().kind, DROVER_VERDICT_NO_ORDER);
}

TEST_F(Risk, sends_nothing_before_it_knows_the_book) {
    begin();
    advise(1, DROVER_TARGET_LONG);
    EXPECT_TRUE(orders().empty());
    EXPECT_EQ(verdict().kind, DROVER_VERDICT_WAITING);
    account(1, 0, 0);
    EXPECT_EQ(orders().size(), 1U);
    EXPECT_EQ(verdict().kind, DROVER_VERDICT_APPROVED);
}

TEST_F(Risk, gives_orders_of_one_cause_different_names_and_of_a_replay_the_same) {
    begin();
    account(1, 0, 0);
    const drover_order first = enter(1);
    event(1, first, DROVER_ORDER_REJECTED);
    const drover_order second = enter(1);
    EXPECT_NE(text_of(first.client_order_id), text_of(second.client_order_id));
    begin();
    account(1, 0, 0);
    EXPECT_EQ(text_of(enter(1).client_order_id), text_of(first.client_order_id));
}

TEST_F(Risk, gives_the_next_order_of_a_cause_the_next_name_after_a_restart) {
    begin();
    account(1, 0, 0);
    const drover_order first = enter(1);
    event(1, first, DROVER_ORDER_REJECTED);
    ASSERT_EQ(harness->restart(), DROVER_OK);
    EXPECT_NE(text_of(enter(1).client_order_id), text_of(first.client_order_id));
}

TEST_F(Risk, remembers_its_working_orders_over_a_restart) {
    begin();
    account(1, 0, 0);
    enter(1);
    ASSERT_EQ(harness->restart(), DROVER_OK);
    advise(1, DROVER_TARGET_LONG);
    EXPECT_TRUE(orders().empty());
    EXPECT_EQ(verdict().kind, DROVER_VERDICT_NO_ORDER);
}

TEST_F(Risk, drops_an_older_order_that_the_broker_does_not_account_for) {
    begin();
    account(1, 0, 0);
    const drover_order order = enter(1);
    account(1, 0, 0);
    advise(1, DROVER_TARGET_LONG);
    EXPECT_EQ(verdict().kind, DROVER_VERDICT_NO_ORDER)
        << "the snapshot of its own instant is no proof";
    account(2, 0, 0);
    const drover_verdict lost = verdict();
    EXPECT_EQ(lost.kind, DROVER_VERDICT_LOST);
    EXPECT_EQ(text_of(lost.client_order_id), text_of(order.client_order_id));
    EXPECT_EQ(lost.expected, one);
    EXPECT_EQ(lost.target, 0);
    advise(2, DROVER_TARGET_LONG);
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(Risk, keeps_an_older_order_that_the_broker_restates) {
    begin();
    account(1, 0, 0);
    const drover_order order = enter(1);
    event(1, order, DROVER_ORDER_ACCEPTED);
    event(2, order, DROVER_ORDER_WORKING);
    account(2, 0, 1);
    advise(2, DROVER_TARGET_LONG);
    EXPECT_TRUE(orders().empty());
}

TEST_F(Risk, does_not_take_silence_for_loss_on_the_wall_clock) {
    begin("{}", DROVER_MODE_LIVE);
    account(1, 0, 0);
    enter(1);
    account(2, 0, 0);
    advise(2, DROVER_TARGET_LONG);
    EXPECT_EQ(verdict().kind, DROVER_VERDICT_NO_ORDER);
}

TEST_F(Risk, asks_about_an_order_without_an_answer_on_the_wall_clock) {
    begin("{}", DROVER_MODE_LIVE);
    account(1, 0, 0);
    const drover_order order = enter(1);
    account(1, 0, 0);
    EXPECT_TRUE(cancels().empty());
    account(2, 0, 0);
    ASSERT_EQ(cancels().size(), 1U);
    drover_order_event unknown{};
    set_text(unknown.client_order_id, text_of(order.client_order_id));
    set_text(unknown.account, "paper");
    set_text(unknown.symbol, "SPX");
    set_text(unknown.code, "UNKNOWN_ORDER");
    unknown.kind = DROVER_ORDER_REJECTED;
    harness->deliver("order.event.paper.SPX", unknown, 2 * day, "broker");
    EXPECT_EQ(verdict().kind, DROVER_VERDICT_LOST);
    advise(2, DROVER_TARGET_LONG);
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(Risk, adopts_what_a_new_life_of_the_broker_publishes) {
    begin(R"({"limits": {"max_position": 5}})");
    position(1, 3);
    account(1, 1, 0);
    harness->restart_publisher("broker");
    position(2, 2);
    advise(2, DROVER_TARGET_LONG);
    EXPECT_TRUE(orders().empty()) << "no entry before the new book is known";
    EXPECT_EQ(verdict().kind, DROVER_VERDICT_WAITING);
    account(2, 1, 0);
    const auto sent = orders();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].side, DROVER_SIDE_SELL);
    EXPECT_EQ(sent[0].quantity, one) << "2 are held, 1 is wanted";
}

TEST_F(Risk, cancels_an_opposite_order_and_enters_when_it_has_ended) {
    begin(R"({"limits": {"max_position": 5}})");
    account(1, 0, 0);
    const drover_order buy = enter(1);
    event(1, buy, DROVER_ORDER_ACCEPTED);
    advise(1, DROVER_TARGET_SHORT);
    const auto withdrawn = cancels();
    ASSERT_EQ(withdrawn.size(), 1U);
    EXPECT_EQ(text_of(withdrawn[0].client_order_id), text_of(buy.client_order_id));
    EXPECT_TRUE(orders().empty());
    EXPECT_EQ(verdict().kind, DROVER_VERDICT_WAITING);
    event(1, buy, DROVER_ORDER_CANCELLED);
    const auto sent = orders();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].side, DROVER_SIDE_SELL);
    EXPECT_EQ(sent[0].quantity, one);
}

TEST_F(Risk, counts_a_fill_that_comes_in_place_of_the_cancel) {
    begin(R"({"limits": {"max_position": 5}})");
    account(1, 0, 0);
    const drover_order buy = enter(1);
    event(1, buy, DROVER_ORDER_ACCEPTED);
    advise(1, DROVER_TARGET_SHORT);
    event(2, buy, DROVER_ORDER_FILLED);
    const auto sent = orders();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].quantity, 2 * one);
}

TEST_F(Risk, cancels_again_when_the_cancel_was_lost) {
    begin();
    account(1, 0, 0);
    const drover_order buy = enter(1);
    event(1, buy, DROVER_ORDER_ACCEPTED);
    advise(1, DROVER_TARGET_FLAT);
    EXPECT_EQ(cancels().size(), 1U);
    event(2, buy, DROVER_ORDER_WORKING);
    account(2, 0, 1);
    EXPECT_EQ(cancels().size(), 1U);
}

constexpr const char* by_fraction = R"({"sizing": {"method": "fixed_fraction", "fraction": 0.5},
    "limits": {"max_position": null}})";

TEST_F(Risk, sizes_a_fraction_with_the_snapshot_of_the_advices_instant) {
    begin(by_fraction);
    bar(1, 100);
    account(1, 0, 0, "SPX", 1000);
    bar(2, 50);
    advise(2, DROVER_TARGET_LONG);
    EXPECT_TRUE(orders().empty()) << "the snapshot known is older than the advice";
    EXPECT_EQ(verdict().kind, DROVER_VERDICT_WAITING);
    account(2, 0, 0, "SPX", 2000);
    const auto sent = orders();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].quantity, 20 * one);
}

TEST_F(Risk, refuses_an_entry_whose_snapshot_has_not_come_by_the_next_bar) {
    begin(by_fraction);
    bar(1, 100);
    account(1, 0, 0);
    bar(2, 100);
    advise(2, DROVER_TARGET_LONG);
    (void)verdict();
    bar(3, 100);
    const drover_verdict said = verdict();
    EXPECT_EQ(said.kind, DROVER_VERDICT_REFUSED);
    EXPECT_EQ(text_of(said.rule), "ACCOUNT_STALE");
    account(3, 0, 0);
    EXPECT_TRUE(orders().empty());
}

TEST_F(Risk, waits_account_wait_on_the_wall_clock) {
    begin(R"({"sizing": {"method": "fixed_fraction", "fraction": 0.5}, "account_wait": "250ms",
              "limits": {"max_position": null}})",
          DROVER_MODE_LIVE);
    bar(1, 100);
    account(1, 0, 0);
    bar(2, 100);
    advise(2, DROVER_TARGET_LONG);
    (void)verdict();
    harness->advance_by(std::chrono::milliseconds(249));
    EXPECT_TRUE(harness->take<drover_verdict>("risk.verdict.>").empty());
    harness->advance_by(std::chrono::milliseconds(1));
    EXPECT_EQ(text_of(verdict().rule), "ACCOUNT_STALE");
}

TEST_F(Risk, replaces_a_waiting_advice_by_a_newer_one_and_says_so) {
    begin(by_fraction);
    account(1, 0, 0);
    advise(2, DROVER_TARGET_LONG);
    (void)verdict();
    advise(2, DROVER_TARGET_FLAT);
    const auto said = harness->take<drover_verdict>("risk.verdict.>");
    ASSERT_EQ(said.size(), 2U);
    EXPECT_EQ(text_of(said[0].rule), "superseded");
    EXPECT_EQ(said[1].kind, DROVER_VERDICT_NO_ORDER);
}

TEST_F(Risk, does_not_count_an_order_that_the_kill_switch_stopped) {
    begin();
    account(1, 0, 0);
    harness->gate("order.submit.>");
    advise(1, DROVER_TARGET_LONG);
    const drover_verdict said = verdict();
    EXPECT_EQ(said.kind, DROVER_VERDICT_REFUSED);
    EXPECT_EQ(text_of(said.rule), "kill_switch");
    harness->allow_all();
    EXPECT_TRUE(orders().empty()) << "nothing is sent later by itself";
    advise(1, DROVER_TARGET_LONG);
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(Risk, takes_back_an_order_that_the_router_refused) {
    begin();
    account(1, 0, 0);
    advise(1, DROVER_TARGET_LONG);
    std::uint64_t sequence = 0;
    for (const auto& message : harness->published()) {
        sequence = message.topic == "order.submit.paper.SPX" ? message.id.sequence : sequence;
    }
    EXPECT_EQ(orders().size(), 1U);
    (void)verdict();
    harness->refuse(
        "order.submit.paper.SPX", sequence, DROVER_E_GATED, "The kill switch is engaged.");
    EXPECT_EQ(text_of(verdict().rule), "kill_switch");
    advise(1, DROVER_TARGET_LONG);
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(Risk, refuses_an_entry_right_after_lost_bars) {
    begin();
    bar(1, 100);
    account(1, 0, 0);
    harness->lose("market.bar.SPX.1d", 1, "market-data");
    bar(3, 100);
    EXPECT_EQ(harness->health().level, DROVER_HEALTH_DEGRADED);
    advise(3, DROVER_TARGET_LONG);
    EXPECT_EQ(text_of(verdict().rule), "bar_gap");
    bar(4, 100);
    EXPECT_EQ(harness->health().level, DROVER_HEALTH_HEALTHY);
    advise(4, DROVER_TARGET_LONG);
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(Risk, names_the_account_it_looks_for_when_the_broker_publishes_another) {
    begin(R"({"account": "other"})");
    account(1, 0, 0);
    EXPECT_EQ(harness->health().level, DROVER_HEALTH_DEGRADED);
    EXPECT_THAT(harness->health().text, HasSubstr("'paper'"));
}

TEST_F(Risk, ends_with_all_it_expected_filled) {
    begin();
    account(1, 0, 0);
    const drover_order buy = enter(1);
    event(1, buy, DROVER_ORDER_ACCEPTED);
    event(2, buy, DROVER_ORDER_FILLED);
    position(2, 1);
    account(2, 1, 0);
    advise(2, DROVER_TARGET_FLAT);
    const auto sent = orders();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].side, DROVER_SIDE_SELL);
    EXPECT_EQ(sent[0].reduce_only, 1U);
}

}  // namespace
}  // namespace drover
