/// The broker as a host sees it: what it publishes for a bar, in which order, and after a restart.
#include "broker/broker_agent.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/testing/harness.hpp>

#include "tests/plugins/broker/orders.hpp"

namespace drover {
namespace {

using testing::bar;
using testing::cancel;
using testing::day;
using ::testing::ElementsAre;
using testing::Harness;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::order;
using ::testing::SizeIs;

constexpr const char* bar_topic = "market.bar.SPX.1d";

class BrokerAgentTest : public ::testing::Test {
protected:
    void TearDown() override {
        if (harness_) {
            EXPECT_THAT(harness_->violations(), IsEmpty());
        }
    }
    Harness& agent(const char* config = "{}") {
        harness_ = std::make_unique<Harness>(library<BrokerAgent>(), "broker", config);
        EXPECT_EQ(harness_->start(), DROVER_OK);
        return *harness_;
    }
    void give(const drover_bar& made) {
        harness_->deliver("market.bar." + topic_token(text_of(made.symbol)) + ".1d",
                          made,
                          made.close_time,
                          "market-data");
    }
    void send(const drover_order& made, std::int64_t time) {
        harness_->deliver("order.submit.paper." + topic_token(text_of(made.symbol)), made, time);
    }
    /// The topics of what was published since, in order; forgets them.
    std::vector<std::string> topics() {
        std::vector<std::string> names;
        for (const auto& message : harness_->published()) {
            names.push_back(message.topic);
        }
        clear();
        return names;
    }
    void clear() {
        static_cast<void>(harness_->take<drover_account>(">"));
        static_cast<void>(harness_->take<drover_position>(">"));
        static_cast<void>(harness_->take<drover_order_event>(">"));
    }

    std::unique_ptr<Harness> harness_;
};

TEST_F(BrokerAgentTest, states_the_account_at_its_start) {
    Harness& host = agent(R"({"account": "desk", "cash": 5000, "currency": "EUR"})");
    const auto accounts = host.take<drover_account>("account.desk");
    ASSERT_THAT(accounts, SizeIs(1));
    EXPECT_EQ(text_of(accounts[0].account), "desk");
    EXPECT_EQ(text_of(accounts[0].currency), "EUR");
    EXPECT_EQ(text_of(accounts[0].symbol), "");
    EXPECT_EQ(Money::from_record(accounts[0].equity), Money::from_whole(5000));
    EXPECT_EQ(host.health().level, DROVER_HEALTH_HEALTHY);
    EXPECT_EQ(host.health().text, "account desk: cash 5000.00 EUR, 0 open positions");
}

TEST_F(BrokerAgentTest, publishes_one_snapshot_a_bar_even_when_nothing_changed) {
    Harness& host = agent();
    clear();
    give(bar(1, "100", "101"));
    give(bar(2, "101", "102"));
    const auto messages = host.published();
    ASSERT_THAT(messages, SizeIs(2));
    EXPECT_EQ(messages[1].event_time, 3 * day);
    const auto accounts = host.take<drover_account>("account.paper");
    EXPECT_EQ(text_of(accounts[1].symbol), "SPX");
    EXPECT_EQ(text_of(accounts[1].interval), "1d");
    EXPECT_EQ(accounts[1].open_time, 2 * day);
    EXPECT_EQ(accounts[1].close_time, 3 * day);
}

TEST_F(BrokerAgentTest, publishes_events_then_positions_then_the_snapshot) {
    Harness& host = agent();
    give(bar(1, "100", "101"));
    clear();
    send(order("a", "1"), 2 * day);
    EXPECT_THAT(topics(), ElementsAre("order.event.paper.SPX"));
    give(bar(2, "100", "101"));
    EXPECT_THAT(topics(),
                ElementsAre("order.event.paper.SPX", "position.paper.SPX", "account.paper"));
    send(order("b", "-1"), 3 * day);
    give(bar(3, "110", "110"));
    const auto positions = host.take<drover_position>("position.>");
    ASSERT_THAT(positions, SizeIs(1));  // Closed: stated once more, as flat.
    EXPECT_EQ(positions[0].quantity, 0);
    EXPECT_EQ(positions[0].average_price, DROVER_NO_VALUE);
    EXPECT_EQ(to_text(Money::from_record(positions[0].realized_pnl)), "10.000000");
    clear();
    give(bar(4, "110", "110"));
    EXPECT_THAT(topics(), ElementsAre("account.paper"));
}

TEST_F(BrokerAgentTest, restates_open_positions_and_working_orders_of_all_symbols) {
    Harness& host = agent(R"({"latency": "36h"})");
    give(bar(1, "100", "101"));
    give(bar(1, "50", "50", "BRK.B"));
    send(order("a", "1", "BRK.B"), 2 * day);
    send(order("b", "2"), 2 * day);
    clear();
    give(bar(2, "100", "101"));
    EXPECT_THAT(topics(),
                ElementsAre("order.event.paper.SPX", "order.event.paper.BRK_B", "account.paper"));
    give(bar(4, "50", "50", "BRK.B"));
    clear();
    give(bar(3, "100", "101"));
    const auto positions = host.take<drover_position>(">");
    ASSERT_THAT(positions, SizeIs(1));
    EXPECT_EQ(text_of(positions[0].symbol), "BRK.B");
    const auto events = host.take<drover_order_event>(">");
    ASSERT_THAT(events, SizeIs(1));
    EXPECT_EQ(events[0].kind, DROVER_ORDER_WORKING);
    const auto accounts = host.take<drover_account>(">");
    EXPECT_EQ(accounts.at(0).open_positions, 1U);
    EXPECT_EQ(accounts.at(0).working_orders, 1U);
}

TEST_F(BrokerAgentTest, takes_only_orders_of_its_account) {
    Harness& host = agent();
    give(bar(1, "100", "101"));
    clear();
    drover_order foreign = order("a", "1");
    set_text(foreign.account, "other");
    host.deliver("order.submit.other.SPX", foreign, 2 * day);
    EXPECT_THAT(host.published(), IsEmpty());
}

TEST_F(BrokerAgentTest, answers_a_cancel) {
    Harness& host = agent();
    give(bar(1, "100", "101"));
    send(order("a", "1"), 2 * day);
    clear();
    host.deliver("order.cancel.paper.SPX", cancel("a"), 2 * day);
    const auto events = host.take<drover_order_event>("order.event.paper.SPX");
    ASSERT_THAT(events, SizeIs(1));
    EXPECT_EQ(events[0].kind, DROVER_ORDER_CANCELLED);
}

TEST_F(BrokerAgentTest, publishes_no_snapshot_for_a_warm_up_bar) {
    Harness& host = agent();
    clear();
    drover_bar warm_up = bar(1, "100", "101");
    warm_up.flags = DROVER_BAR_WARM_UP;
    give(warm_up);
    EXPECT_THAT(host.published(), IsEmpty());
}

TEST_F(BrokerAgentTest, restates_its_books_after_a_restart_and_goes_on) {
    Harness& host = agent();
    give(bar(1, "100", "101"));
    send(order("a", "2"), 2 * day);
    give(bar(2, "100", "105"));
    send(order("b", "-1"), 3 * day);
    clear();
    ASSERT_EQ(host.restart(), DROVER_OK);
    EXPECT_THAT(topics(),
                ElementsAre("position.paper.SPX", "order.event.paper.SPX", "account.paper"));
    give(bar(2, "100", "105"));
    EXPECT_THAT(host.published(), IsEmpty());
    give(bar(3, "106", "107"));
    const auto accounts = host.take<drover_account>(">");
    ASSERT_THAT(accounts, SizeIs(1));
    EXPECT_EQ(to_text(Money::from_record(accounts[0].equity)), "100013.000000");
    EXPECT_EQ(to_text(Money::from_record(accounts[0].realized_pnl)), "6.000000");
}

TEST_F(BrokerAgentTest, restates_the_equity_where_it_closes_at_the_end) {
    Harness& host = agent(R"({"at_end": "close_at_last_open"})");
    give(bar(1, "100", "101"));
    send(order("a", "1"), 2 * day);
    give(bar(2, "100", "105"));
    clear();
    host.deliver_json("market.end", R"({"reason":"history ended","bars":2})", 3 * day);
    const auto accounts = host.take<drover_account>(">");
    ASSERT_THAT(accounts, SizeIs(1));
    EXPECT_EQ(text_of(accounts[0].symbol), "SPX");
    EXPECT_EQ(accounts[0].close_time, 3 * day);
    EXPECT_EQ(accounts[0].open_positions, 0U);
    EXPECT_EQ(to_text(Money::from_record(accounts[0].equity)), "100000.000000");
    EXPECT_THAT(host.take<drover_position>(">"), SizeIs(1));
}

TEST_F(BrokerAgentTest, degrades_when_bars_were_lost_and_recovers) {
    Harness& host = agent();
    give(bar(1, "100", "101"));
    host.lose(bar_topic, 3, "market-data");
    give(bar(5, "100", "101"));
    EXPECT_EQ(host.health().level, DROVER_HEALTH_DEGRADED);
    EXPECT_THAT(host.health().text, HasSubstr("3 bar messages were lost before one on market.bar"));
    for (std::int64_t number = 6; number < 27; ++number) {
        give(bar(number, "100", "101"));
    }
    EXPECT_EQ(host.health().level, DROVER_HEALTH_HEALTHY);
}

TEST_F(BrokerAgentTest, says_so_when_a_publication_is_refused) {
    Harness& host = agent();
    host.deny("account.>", "No rule lets the broker publish here.");
    give(bar(1, "100", "101"));
    EXPECT_EQ(host.health().level, DROVER_HEALTH_DEGRADED);
    EXPECT_THAT(host.health().text, HasSubstr("No rule lets the broker publish here."));
    host.refuse("account.paper", 1, DROVER_E_DENIED, "Another agent publishes there.");
    EXPECT_THAT(host.health().text,
                HasSubstr("on account.paper is not let through: Another agent publishes there."));
}

}  // namespace
}  // namespace drover
