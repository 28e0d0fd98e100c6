// Names of orders: stable, and different for different causes.
#include "risk/client_order_id.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace drover {
namespace {

OrderCause cause() {
    return {"paper", "desk", "risk", "SPX", "advice.SPX", 960'076'800'000'000'000, 0};
}

TEST(ClientOrderId, is_the_documented_hash) {
    // Made with a few lines of Python from the words of the header.
    EXPECT_EQ(client_order_id(cause()), "2972c8d87a557927d0b50ef64f3a4cfd");
}

TEST(ClientOrderId, differs_when_any_part_of_the_cause_does) {
    std::set<std::string> ids{client_order_id(cause())};
    OrderCause other = cause();
    other.account = "live";
    ids.insert(client_order_id(other));
    other = cause();
    other.session = "desk2";
    ids.insert(client_order_id(other));
    other = cause();
    other.agent = "risk2";
    ids.insert(client_order_id(other));
    other = cause();
    other.symbol = "SPY";
    ids.insert(client_order_id(other));
    other = cause();
    other.topic = "advice.SPY";
    ids.insert(client_order_id(other));
    other = cause();
    ++other.event_time;
    ids.insert(client_order_id(other));
    other = cause();
    other.index = 1;
    ids.insert(client_order_id(other));
    EXPECT_EQ(ids.size(), 8U);
}

TEST(ClientOrderId, keeps_neighbouring_texts_apart) {
    OrderCause left = cause();
    left.account = "ab";
    left.session = "c";
    OrderCause right = cause();
    right.account = "a";
    right.session = "bc";
    EXPECT_NE(client_order_id(left), client_order_id(right));
}

}  // namespace
}  // namespace drover
