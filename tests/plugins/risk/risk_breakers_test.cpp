// What the risk agent does and does not do while a breaker has tripped.
#include "tests/plugins/risk/risk_fixture.hpp"

namespace drover {
namespace {

constexpr const char* reducing = R"({"limits": {"max_position": 5},
    "breakers": {"daily_loss": {"limit": 50}}})";
constexpr const char* halted_by_a_loss = R"({"limits": {"max_position": 5},
    "breakers": {"daily_loss": {"limit": 50, "then": "halted"}}})";

struct RiskBreakers : Risk {
    std::vector<drover_breaker> changes() {
        return harness->take<drover_breaker>("risk.breaker.paper");
    }
    /// One unit is held, and the loss of the day reaches the limit with the bar of instant 2.
    void lose(const char* config) {
        begin(config);
        bar(1, 100);
        position(1, 1);
        account(1, 1, 0, "SPX", 1000);
        bar(2, 50);
        position(2, 1);
        account(2, 1, 0, "SPX", 950);
    }
};

TEST_F(RiskBreakers, say_what_tripped_and_degrade_the_health) {
    lose(reducing);
    const auto made = changes();
    ASSERT_EQ(made.size(), 1U);
    EXPECT_EQ(text_of(made[0].breaker), "daily_loss");
    EXPECT_EQ(made[0].state, DROVER_TRADING_REDUCING);
    EXPECT_EQ(made[0].account_state, DROVER_TRADING_REDUCING);
    EXPECT_EQ(Money::from_record(made[0].value), Money::from_whole(50));
    EXPECT_EQ(Money::from_record(made[0].limit), Money::from_whole(50));
    EXPECT_EQ(Money::from_record(made[0].base), Money::from_whole(1000));
    EXPECT_EQ(made[0].time, 2 * day);
    EXPECT_EQ(made[0].open_time, day);
    EXPECT_EQ(text_of(made[0].symbol), "SPX");
    EXPECT_EQ(harness->health().level, DROVER_HEALTH_DEGRADED);
    EXPECT_EQ(harness->health().text,
              "account paper is reducing: daily_loss was 50.00 against a limit of 50.00 (the day's "
              "baseline 1000.00) with the bar of 1970-01-02; it stays so until a person resets "
              "it.");
}

TEST_F(RiskBreakers, refuse_an_entry_and_name_breaker_value_and_limit) {
    lose(reducing);
    position(3, 0);
    account(3, 0, 0, "SPX", 950);
    advise(3, DROVER_TARGET_LONG);
    EXPECT_TRUE(orders().empty());
    const drover_verdict said = verdict();
    EXPECT_EQ(said.kind, DROVER_VERDICT_REFUSED);
    EXPECT_EQ(text_of(said.rule), "daily_loss");
    EXPECT_EQ(text_of(said.reason),
              "Refused: trading is reducing: daily_loss was 50.00 against a limit of 50.00 (the "
              "day's baseline 1000.00) with the bar of 1970-01-02; expected 0.");
}

TEST_F(RiskBreakers, let_an_exit_pass_while_reducing) {
    lose(reducing);
    advise(2, DROVER_TARGET_FLAT);
    const auto sent = orders();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].side, DROVER_SIDE_SELL);
    EXPECT_EQ(sent[0].quantity, one);
}

TEST_F(RiskBreakers, leave_the_exit_of_a_reversal_while_reducing) {
    lose(reducing);
    advise(2, DROVER_TARGET_SHORT);
    const auto sent = orders();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].quantity, one) << "2 would turn the position round";
    EXPECT_EQ(sent[0].reduce_only, 1U);
    const drover_verdict said = verdict();
    EXPECT_EQ(text_of(said.rule), "daily_loss");
    EXPECT_THAT(std::string(text_of(said.reason)), HasSubstr("Sell 1 SPX only: trading is"));
}

TEST_F(RiskBreakers, count_the_other_working_reducers) {
    lose(reducing);
    advise(2, DROVER_TARGET_FLAT);
    const auto exit = orders();
    ASSERT_EQ(exit.size(), 1U);
    event(2, exit[0], DROVER_ORDER_ACCEPTED);
    (void)verdict();
    advise(2, DROVER_TARGET_SHORT);
    EXPECT_TRUE(orders().empty()) << "all that is held is being sold";
    EXPECT_EQ(text_of(verdict().rule), "daily_loss");
    advise(2, DROVER_TARGET_LONG);
    EXPECT_TRUE(cancels().empty()) << "a working exit is not withdrawn for an entry";
    EXPECT_EQ(text_of(verdict().rule), "daily_loss");
}

TEST_F(RiskBreakers, send_no_order_from_advice_while_halted) {
    lose(halted_by_a_loss);
    advise(2, DROVER_TARGET_FLAT);
    EXPECT_TRUE(orders().empty());
    EXPECT_EQ(text_of(verdict().rule), "daily_loss");
    advise(2, DROVER_TARGET_LONG);
    EXPECT_EQ(verdict().kind, DROVER_VERDICT_NO_ORDER) << "one unit is held";
}

TEST_F(RiskBreakers, withdraw_working_entries_and_leave_working_exits) {
    begin(reducing);
    bar(1, 100);
    position(1, 2);
    account(1, 1, 0, "SPX", 1000);
    advise(1, DROVER_TARGET_LONG);
    const auto exit = orders();
    ASSERT_EQ(exit.size(), 1U) << "2 are held, 1 is wanted";
    event(1, exit[0], DROVER_ORDER_ACCEPTED);
    drover_order entry = exit[0];
    set_text(entry.client_order_id, "of-somebody-else");
    entry.side = DROVER_SIDE_BUY;
    event(1, entry, DROVER_ORDER_ACCEPTED);
    event(2, exit[0], DROVER_ORDER_WORKING);
    event(2, entry, DROVER_ORDER_WORKING);
    position(2, 2);
    account(2, 1, 2, "SPX", 940);
    const auto withdrawn = cancels();
    ASSERT_EQ(withdrawn.size(), 1U);
    EXPECT_EQ(text_of(withdrawn[0].client_order_id), "of-somebody-else");
    EXPECT_THAT(std::string(text_of(withdrawn[0].reason)), HasSubstr("daily_loss was 60.00"));
}

TEST_F(RiskBreakers, send_the_exit_of_a_reversal_that_they_withdrew) {
    begin(reducing);
    bar(1, 100);
    position(1, 1);
    account(1, 1, 0, "SPX", 1000);
    advise(1, DROVER_TARGET_SHORT);
    const auto reversal = orders();
    ASSERT_EQ(reversal.size(), 1U);
    EXPECT_EQ(reversal[0].quantity, 2 * one);
    event(1, reversal[0], DROVER_ORDER_ACCEPTED);
    event(2, reversal[0], DROVER_ORDER_WORKING);
    position(2, 1);
    account(2, 1, 1, "SPX", 940);
    ASSERT_EQ(cancels().size(), 1U);
    event(2, reversal[0], DROVER_ORDER_CANCELLED);
    const auto sent = orders();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].quantity, one);
    EXPECT_EQ(sent[0].side, DROVER_SIDE_SELL);
    EXPECT_NE(text_of(sent[0].client_order_id), text_of(reversal[0].client_order_id));
}

TEST_F(RiskBreakers, survive_the_death_of_the_agent) {
    lose(halted_by_a_loss);
    (void)changes();
    ASSERT_EQ(harness->restart(), DROVER_OK);
    EXPECT_EQ(harness->health().level, DROVER_HEALTH_DEGRADED);
    EXPECT_TRUE(changes().empty()) << "nothing has changed";
    position(3, 1);
    account(3, 1, 0, "SPX", 1000);
    advise(3, DROVER_TARGET_FLAT);
    EXPECT_TRUE(orders().empty());
    EXPECT_EQ(text_of(verdict().rule), "daily_loss");
}

TEST_F(RiskBreakers, take_only_the_last_snapshot_of_an_instant_where_several_positions_are_marked) {
    begin(reducing, DROVER_MODE_LIVE);
    position(1, 1);
    drover_position other{};
    set_text(other.account, "paper");
    set_text(other.symbol, "NDX");
    other.quantity = one;
    harness->deliver("position.paper.NDX", other, day, "broker");
    account(1, 2, 0, "NDX", 1000);
    account(1, 2, 0, "SPX", 1000);
    account(2, 2, 0, "NDX", 900);
    account(2, 2, 0, "SPX", 990);
    harness->advance_by(std::chrono::seconds(1));
    EXPECT_TRUE(changes().empty()) << "990 is what the account was worth at that instant";
    account(3, 2, 0, "NDX", 990);
    account(3, 2, 0, "SPX", 930);
    harness->advance_by(std::chrono::seconds(1));
    EXPECT_EQ(changes().size(), 1U);
}

TEST_F(RiskBreakers, void_an_advice_that_waits_when_a_person_flattens) {
    begin(R"({"limits": {"max_position": 5}})");
    account(1, 0, 0);
    const drover_order buy = enter(1);
    event(1, buy, DROVER_ORDER_ACCEPTED);
    advise(1, DROVER_TARGET_SHORT);
    EXPECT_EQ(verdict().kind, DROVER_VERDICT_WAITING);
    drover_order_event cancelled{};
    set_text(cancelled.client_order_id, text_of(buy.client_order_id));
    set_text(cancelled.account, "paper");
    set_text(cancelled.symbol, "SPX");
    cancelled.kind = DROVER_ORDER_CANCELLED;
    cancelled.side = DROVER_SIDE_BUY;
    cancelled.quantity = one;
    set_text(cancelled.code, "FLATTEN");
    harness->deliver("order.event.paper.SPX", cancelled, day, "broker");
    EXPECT_TRUE(orders().empty());
    EXPECT_EQ(text_of(verdict().rule), "flatten");
    advise(1, DROVER_TARGET_LONG);
    EXPECT_EQ(orders().size(), 1U) << "a later advice trades again";
}

}  // namespace
}  // namespace drover
