/// What people ask of the broker, and what flatten does to the account and to risk.
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <drover/testing/harness.hpp>

#include "broker/broker_agent.hpp"
#include "risk/risk_agent.hpp"
#include "tests/plugins/broker/orders.hpp"

namespace drover {
namespace {

using testing::bar;
using testing::cancel;
using testing::day;
using testing::Harness;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::order;
using ::testing::SizeIs;
using Json = nlohmann::json;

/// A broker and a risk agent that hear of each other what a fleet would let them hear.
class BrokerRequests : public ::testing::Test {
protected:
    void SetUp() override {
        broker_ = std::make_unique<Harness>(
            library<BrokerAgent>(), "broker", R"({"cash": 10000, "commission": {"fixed": 1}})");
        risk_ = std::make_unique<Harness>(
            library<RiskAgent>(), "risk", R"({"limits": {"max_position": 5}})");
        ASSERT_EQ(broker_->start(), DROVER_OK);
        ASSERT_EQ(risk_->start(), DROVER_OK);
        pass_on();
    }
    /// Hands the broker's messages to risk and risk's to the broker until both are silent.
    void pass_on() {
        std::size_t from_broker = 0;
        std::size_t from_risk = 0;
        do {
            from_broker = broker_->published().size();
            from_risk = risk_->published().size();
            for (; broker_seen_ < from_broker; ++broker_seen_) {
                const auto message = broker_->published()[broker_seen_];
                events_ += message.topic.find("order.event.") == 0 ? message.count : 0;
                risk_->deliver(message, "broker");
            }
            for (from_risk = risk_->published().size(); risk_seen_ < from_risk; ++risk_seen_) {
                const auto message = risk_->published()[risk_seen_];
                if (message.topic.find("order.") == 0) {
                    broker_->deliver(message, "risk");
                }
            }
        } while (broker_->published().size() != from_broker ||
                 risk_->published().size() != from_risk);
    }
    void give(const drover_bar& made) {
        broker_->deliver("market.bar.SPX.1d", made, made.close_time, "market-data");
        risk_->deliver("market.bar.SPX.1d", made, made.close_time, "market-data");
        pass_on();
    }
    void advise(std::int64_t instant, std::int32_t target) {
        drover_advice made{};
        set_text(made.symbol, "SPX");
        made.price = 100 * units_per_one;
        made.target = target;
        set_text(made.reason, "Because.");
        risk_->deliver("advice.SPX", made, instant * day, "advisor");
        pass_on();
    }
    Json ask(const char* port, const char* json = "{}") {
        const auto reply = broker_->ask(port, std::string_view(json));
        EXPECT_EQ(reply.status, DROVER_OK) << reply.error;
        pass_on();
        return reply.status == DROVER_OK ? Json::parse(reply.body) : Json();
    }
    Json row(const char* port, const char* json = "{}") {
        const Json rows = ask(port, json).at("rows");
        EXPECT_EQ(rows.size(), 1U);
        return rows.empty() ? Json() : rows.at(0);
    }
    /// One unit is held since the bar of day 2.
    void hold_one() {
        give(bar(1, "100", "100"));
        advise(2, DROVER_TARGET_LONG);
        give(bar(2, "100", "110"));
    }
    [[nodiscard]] drover_verdict last_verdict() const {
        drover_verdict said{};
        for (const auto& message : risk_->published()) {
            if (message.is<drover_verdict>()) {
                said = message.records<drover_verdict>().back();
            }
        }
        return said;
    }

    std::unique_ptr<Harness> broker_;
    std::unique_ptr<Harness> risk_;
    std::size_t broker_seen_ = 0;
    std::size_t risk_seen_ = 0;
    std::size_t events_ = 0;
};

TEST_F(BrokerRequests, show_the_account_with_exact_amounts) {
    hold_one();
    const Json account = row("accounts");
    EXPECT_EQ(account.at("account"), "paper");
    EXPECT_EQ(account.at("cash"), "9899.000000");
    EXPECT_EQ(account.at("equity"), "10009.000000");
    EXPECT_EQ(account.at("commissions"), "1.000000");
    EXPECT_EQ(account.at("open_positions"), 1);
}

TEST_F(BrokerRequests, show_the_open_positions_marked) {
    hold_one();
    const Json position = row("positions");
    EXPECT_EQ(position.at("symbol"), "SPX");
    EXPECT_EQ(position.at("quantity"), "1");
    EXPECT_EQ(position.at("average_price"), "100");
    EXPECT_EQ(position.at("last_price"), "110");
    EXPECT_EQ(position.at("unrealized_pnl"), "10.000000");
}

TEST_F(BrokerRequests, say_that_nothing_is_held_and_nothing_works) {
    EXPECT_EQ(ask("positions").at("sentences").at(0), "Account paper holds no position.");
    EXPECT_EQ(ask("orders").at("sentences").at(0), "Account paper has no working order.");
}

TEST_F(BrokerRequests, show_working_orders_and_ended_ones_when_asked) {
    hold_one();
    advise(3, DROVER_TARGET_FLAT);
    const Json working = row("orders");
    EXPECT_EQ(working.at("status"), "working");
    EXPECT_EQ(working.at("side"), "sell");
    EXPECT_EQ(working.at("by"), "an agent");
    const Json all = ask("orders", R"({"all": true})").at("rows");
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all.at(0).at("status"), "filled");
    EXPECT_EQ(all.at(0).at("price"), "100");
    ASSERT_EQ(broker_->restart(), DROVER_OK);
    EXPECT_EQ(ask("orders", R"({"all": true})").at("rows").size(), 2U);
}

TEST_F(BrokerRequests, refuse_what_they_do_not_understand) {
    hold_one();
    EXPECT_THAT(broker_->ask("orders", std::string_view(R"({"al": true})")).error,
                HasSubstr("known are: account, all"));
    EXPECT_THAT(broker_->ask("positions", std::string_view(R"({"symbols": ["SPY"]})")).error,
                HasSubstr("knows no symbol 'SPY'; it knows SPX"));
    EXPECT_EQ(ask("flatten", R"({"account": "other"})").at("concerned"), false);
    EXPECT_EQ(row("accounts").at("working_orders"), 0);
}

TEST_F(BrokerRequests, flatten_closes_what_is_held_and_risk_expects_nothing) {
    hold_one();
    const Json answer = ask("flatten", R"({"by": "mona"})");
    ASSERT_EQ(answer.at("rows").size(), 1U);
    EXPECT_EQ(answer.at("rows").at(0).at("held"), "1");
    EXPECT_EQ(answer.at("rows").at(0).at("closing"), "sell 1 at the next open");
    EXPECT_THAT(answer.at("sentences").at(0).get<std::string>(), HasSubstr("orders of mona"));
    EXPECT_THAT(answer.at("sentences").at(1).get<std::string>(),
                HasSubstr("A later advice trades again, unless the kill switch is engaged"));
    EXPECT_EQ(row("orders").at("by"), "mona");
    advise(3, DROVER_TARGET_FLAT);
    EXPECT_EQ(last_verdict().kind, DROVER_VERDICT_NO_ORDER) << "flat is expected already";
    EXPECT_EQ(last_verdict().expected, 0);
    give(bar(3, "120", "120"));
    EXPECT_TRUE(ask("positions").at("rows").empty());
    EXPECT_EQ(row("accounts").at("cash"), "10018.000000");
    EXPECT_EQ(risk_->health().level, DROVER_HEALTH_HEALTHY) << risk_->health().text;
    advise(4, DROVER_TARGET_LONG);
    EXPECT_EQ(last_verdict().kind, DROVER_VERDICT_APPROVED) << "a later advice trades again";
    give(bar(4, "120", "120"));
    EXPECT_EQ(row("positions").at("quantity"), "1");
}

TEST_F(BrokerRequests, flatten_withdraws_what_works_and_does_nothing_twice) {
    hold_one();
    advise(3, DROVER_TARGET_SHORT);
    EXPECT_EQ(row("orders").at("quantity"), "2");
    const Json first = ask("flatten").at("rows").at(0);
    EXPECT_EQ(first.at("cancelled"), 1);
    const std::size_t events = events_;
    const Json second = ask("flatten").at("rows").at(0);
    EXPECT_EQ(second.at("cancelled"), 0);
    EXPECT_EQ(second.at("closing"), "was asked before: sell 1 at the next open");
    EXPECT_EQ(events_, events);
    EXPECT_EQ(row("orders").at("quantity"), "1");
    give(bar(3, "120", "120"));
    EXPECT_TRUE(ask("positions").at("rows").empty());
    EXPECT_THAT(ask("flatten").at("sentences").at(0).get<std::string>(),
                HasSubstr("nothing was done"));
}

TEST_F(BrokerRequests, flatten_works_while_the_kill_switch_stops_orders) {
    hold_one();
    risk_->gate("order.submit.>");
    ask("flatten", R"({"by": "mona"})");
    give(bar(3, "120", "120"));
    EXPECT_TRUE(ask("positions").at("rows").empty());
}

TEST_F(BrokerRequests, flatten_is_not_withdrawn_for_an_entry_which_follows_it) {
    hold_one();
    ask("flatten", R"({"by": "mona"})");
    advise(3, DROVER_TARGET_LONG);
    EXPECT_EQ(row("orders").at("by"), "mona") << "the order of a person works on";
    give(bar(3, "120", "120"));
    EXPECT_TRUE(ask("positions").at("rows").empty());
    EXPECT_EQ(row("orders").at("side"), "buy") << "the entry waited for its end";
    give(bar(4, "120", "120"));
    EXPECT_EQ(row("positions").at("quantity"), "1");
}

TEST_F(BrokerRequests, flatten_survives_the_death_of_the_broker) {
    hold_one();
    ask("flatten", R"({"by": "mona"})");
    ASSERT_EQ(broker_->restart(), DROVER_OK);
    EXPECT_EQ(row("orders").at("by"), "mona");
    EXPECT_EQ(ask("flatten").at("rows").at(0).at("closing"),
              "was asked before: sell 1 at the next open");
    give(bar(3, "120", "120"));
    EXPECT_TRUE(ask("positions").at("rows").empty());
}

TEST_F(BrokerRequests, flatten_says_that_nothing_fills_after_the_end_of_the_history) {
    hold_one();
    broker_->deliver_json("market.end", R"({"reason": "history ended", "bars": 2})", 3 * day);
    EXPECT_THAT(ask("flatten").at("sentences").at(0).get<std::string>(),
                HasSubstr("The history has ended"));
    EXPECT_THAT(ask("orders").at("sentences").at(0).get<std::string>(),
                HasSubstr("what waits for one is not filled"));
}

}  // namespace
}  // namespace drover
