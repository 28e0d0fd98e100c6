/// What the broker does when the router, or who sends it orders, is gone.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <drover/testing/harness.hpp>

#include "broker/broker_agent.hpp"
#include "tests/plugins/broker/orders.hpp"

namespace drover {
namespace {

using testing::bar;
using testing::day;
using ::testing::ElementsAre;
using testing::Harness;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::order;
using ::testing::SizeIs;

constexpr std::int64_t second = 1'000'000'000;

/// A broker that holds nothing and has one working order, 'a', since day 2.
class BrokerLinksTest : public ::testing::Test {
protected:
    void TearDown() override { EXPECT_THAT(harness_->violations(), IsEmpty()); }
    Harness& agent(const char* config = "{}") {
        harness_ = std::make_unique<Harness>(library<BrokerAgent>(), "broker", config);
        EXPECT_EQ(harness_->start(), DROVER_OK);
        harness_->deliver("market.bar.SPX.1d", bar(1, "100", "101"), 2 * day);
        send(order("a", "1"));
        forget();
        return *harness_;
    }
    void send(const drover_order& made) {
        harness_->deliver("order.submit.paper.SPX", made, 2 * day, "risk");
    }
    void forget() {
        static_cast<void>(harness_->take<drover_order_event>(">"));
        static_cast<void>(harness_->take<drover_account>(">"));
        static_cast<void>(harness_->take<drover_position>(">"));
    }
    void pass(std::int64_t time) { harness_->advance_by(std::chrono::nanoseconds(time)); }
    /// "a CANCELLED LINK_LOST" for each event since.
    std::vector<std::string> events() {
        std::vector<std::string> names;
        for (const drover_order_event& event : harness_->take<drover_order_event>(">")) {
            names.push_back(std::string(text_of(event.client_order_id)) + " " +
                            (event.kind == DROVER_ORDER_CANCELLED ? "cancelled" : "other") + " " +
                            std::string(text_of(event.code)));
            reason_ = std::string(text_of(event.reason));
        }
        return names;
    }

    std::unique_ptr<Harness> harness_;
    std::string reason_;
};

TEST_F(BrokerLinksTest, withdraws_orders_when_who_sends_them_is_gone_for_longer_than_the_grace) {
    Harness& host = agent();
    host.lose_link("orders", "risk");
    pass(5 * second - 1);
    EXPECT_THAT(events(), IsEmpty());
    pass(1);
    EXPECT_THAT(events(), ElementsAre("a cancelled LINK_LOST"));
    EXPECT_THAT(reason_, HasSubstr("risk is gone since"));
    EXPECT_EQ(host.health().level, DROVER_HEALTH_DEGRADED);
    EXPECT_EQ(host.health().code, "link_lost");
}

TEST_F(BrokerLinksTest, leaves_orders_alone_when_it_is_back_within_the_grace) {
    Harness& host = agent();
    host.lose_link("orders", "risk");
    host.lose_link("cancels", "risk");
    pass(4 * second);
    host.restore_link("orders", "risk");
    host.restore_link("cancels", "risk");
    pass(3600 * second);
    EXPECT_THAT(events(), IsEmpty());
    EXPECT_EQ(host.health().level, DROVER_HEALTH_HEALTHY);
}

TEST_F(BrokerLinksTest, counts_the_grace_from_the_first_that_is_gone) {
    Harness& host = agent();
    host.lose_router();
    pass(3 * second);
    host.lose_link("orders", "risk");
    host.restore_router();
    forget();
    pass(2 * second);
    EXPECT_THAT(events(), ElementsAre("a cancelled LINK_LOST"));
}

TEST_F(BrokerLinksTest, withdraws_what_still_comes_from_who_is_gone_after_another_grace) {
    Harness& host = agent();
    host.lose_link("orders", "risk");
    pass(60 * second);
    forget();
    send(order("b", "1"));
    EXPECT_THAT(events(), ElementsAre("b other "));
    pass(5 * second);
    EXPECT_THAT(events(), ElementsAre("b cancelled LINK_LOST"));
}

TEST_F(BrokerLinksTest, leaves_the_first_order_of_who_is_just_back_alone) {
    Harness& host = agent();
    host.lose_link("orders", "risk");
    pass(60 * second);
    forget();
    send(order("b", "1"));
    host.restore_link("orders", "risk");
    pass(60 * second);
    for (const std::string& event : events()) {
        EXPECT_EQ(event, "b other ");
    }
}

TEST_F(BrokerLinksTest, withdraws_at_once_without_a_grace) {
    Harness& host = agent(R"({"link_grace": "0s"})");
    host.lose_link("orders", "risk");
    EXPECT_THAT(events(), ElementsAre("a cancelled LINK_LOST"));
}

TEST_F(BrokerLinksTest, lets_exits_and_what_a_person_sent_work_on) {
    Harness& host = agent();
    host.deliver("market.bar.SPX.1d", bar(2, "100", "101"), 3 * day);
    drover_order exit = order("exit", "-1");
    exit.reduce_only = 1;
    send(exit);
    send(order("b", "1"));
    forget();
    host.lose_link("orders", "risk");
    pass(6 * second);
    EXPECT_THAT(events(), ElementsAre("b cancelled LINK_LOST"));
}

TEST_F(BrokerLinksTest, keeps_orders_where_the_config_says_so) {
    Harness& host = agent(R"({"on_link_lost": "keep"})");
    host.lose_link("orders", "risk");
    host.lose_router();
    pass(3600 * second);
    EXPECT_THAT(events(), IsEmpty());
    EXPECT_EQ(host.health().level, DROVER_HEALTH_HEALTHY);
}

TEST_F(BrokerLinksTest, does_not_mind_who_publishes_bars) {
    Harness& host = agent();
    host.lose_link("bars", "market-data");
    pass(3600 * second);
    EXPECT_THAT(events(), IsEmpty());
}

TEST_F(BrokerLinksTest, states_the_account_again_when_the_router_is_back) {
    Harness& host = agent();
    host.lose_router();
    pass(6 * second);
    forget();
    host.restore_router();
    const auto accounts = host.take<drover_account>("account.paper");
    ASSERT_THAT(accounts, SizeIs(1));
    EXPECT_EQ(accounts[0].working_orders, 0U);
    EXPECT_EQ(host.health().level, DROVER_HEALTH_HEALTHY);
}

TEST_F(BrokerLinksTest, takes_orders_again_when_all_are_back) {
    Harness& host = agent(R"({"link_grace": "1s"})");
    host.lose_link("orders", "risk");
    pass(2 * second);
    host.restore_link("orders", "risk");
    forget();
    send(order("b", "1"));
    EXPECT_THAT(events(), ElementsAre("b other "));
}

}  // namespace
}  // namespace drover
