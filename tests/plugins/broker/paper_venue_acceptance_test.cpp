/// Which orders the paper venue takes, and what it says of those that it does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/paper_venue.hpp"
#include "tests/plugins/broker/orders.hpp"
#include "tests/plugins/broker/told_venue.hpp"

namespace drover {
namespace {

using testing::bar;
using testing::day;
using ::testing::HasSubstr;
using testing::order;
using testing::Venue;

TEST(PaperVenue, refuses_what_it_does_not_offer) {
    Venue venue;
    venue.on_bar(bar(1, "100", "101"));
    drover_order limit = order("a", "1");
    limit.kind = DROVER_ORDER_LIMIT;
    limit.limit_price = 100'000'000'000;
    venue.submit(limit, 2 * day);
    EXPECT_EQ(venue.kind(), DROVER_ORDER_REJECTED);
    EXPECT_EQ(venue.code(), "UNSUPPORTED");
    EXPECT_THAT(venue.reason(), HasSubstr("Limit orders are not matched"));
    drover_order priced = order("b", "1");
    priced.stop_price = 1;
    venue.submit(priced, 2 * day);
    EXPECT_EQ(venue.code(), "UNSUPPORTED");
}

TEST(PaperVenue, refuses_malformed_orders_with_a_code) {
    Venue venue;
    venue.submit(order("early", "1"), day);
    EXPECT_EQ(venue.code(), "NO_PRICE");
    venue.on_bar(bar(1, "100", "101"));
    venue.submit(order("", "1"), 2 * day);
    EXPECT_EQ(venue.code(), "NO_ID");
    drover_order none = order("b", "1");
    none.quantity = 0;
    venue.submit(none, 2 * day);
    EXPECT_EQ(venue.code(), "QUANTITY");
    drover_order sideless = order("c", "1");
    sideless.side = 7;
    venue.submit(sideless, 2 * day);
    EXPECT_EQ(venue.code(), "SIDE");
}

TEST(PaperVenue, holds_orders_to_the_instrument) {
    Venue venue(R"({"instruments": {"SPX": {"lot": 0.5, "minimum_quantity": 1,
                    "minimum_notional": 150, "shortable": false}}})");
    venue.on_bar(bar(1, "100", "101"));
    venue.submit(order("a", "1.25"), 2 * day);
    EXPECT_EQ(venue.code(), "LOT");
    venue.submit(order("b", "0.5"), 2 * day);
    EXPECT_EQ(venue.code(), "MINIMUM_QUANTITY");
    venue.submit(order("c", "1"), 2 * day);
    EXPECT_EQ(venue.code(), "MINIMUM_NOTIONAL");
    venue.submit(order("d", "-2"), 2 * day);
    EXPECT_EQ(venue.code(), "NOT_SHORTABLE");
    venue.submit(order("e", "2"), 2 * day);
    EXPECT_EQ(venue.kind(), DROVER_ORDER_ACCEPTED);
    venue.on_bar(bar(2, "100", "100"));
    // Leaving a position is never too small.
    venue.submit(order("f", "-0.5"), 3 * day);
    EXPECT_EQ(venue.kind(), DROVER_ORDER_ACCEPTED);
}

TEST(PaperVenue, lets_a_reduce_only_order_only_reduce) {
    Venue venue;
    venue.on_bar(bar(1, "100", "101"));
    drover_order reducer = order("a", "-1");
    reducer.reduce_only = 1;
    venue.submit(reducer, 2 * day);
    EXPECT_EQ(venue.code(), "REDUCE_ONLY");
}

TEST(PaperVenue, checks_buying_power_at_acceptance) {
    Venue venue(R"({"cash": 1000})");
    venue.on_bar(bar(1, "100", "100"));
    venue.submit(order("a", "10"), 2 * day);
    EXPECT_EQ(venue.kind(), DROVER_ORDER_ACCEPTED);
    venue.submit(order("b", "10.1"), 2 * day);
    EXPECT_EQ(venue.code(), "BUYING_POWER");
    EXPECT_EQ(venue.reason(),
              "A position of 10.1 at 100 brings all positions to 1010.00 USD, and the account is "
              "worth 1000.00.");
    venue.submit(order("c", "-10.1"), 2 * day);
    EXPECT_EQ(venue.code(), "BUYING_POWER");
}

}  // namespace
}  // namespace drover
