/// The memory of orders that ended.
#include "broker/finished_orders.hpp"

#include <string>

#include <gtest/gtest.h>

namespace drover {
namespace {

FinishedOrders::End end_of(const std::string& id, std::int32_t kind) {
    return {FinishedOrders::hash(id), 1, 1, kind, 1};
}

TEST(FinishedOrders, knows_how_an_order_ended) {
    FinishedOrders finished;
    finished.add(end_of("a", 2));
    finished.add(end_of("b", 4));
    ASSERT_NE(finished.find("a"), nullptr);
    EXPECT_EQ(finished.find("a")->kind, 2);
    EXPECT_EQ(finished.find("b")->kind, 4);
    EXPECT_EQ(finished.find("c"), nullptr);
}

TEST(FinishedOrders, forgets_the_oldest_beyond_its_limit) {
    FinishedOrders finished;
    for (std::size_t number = 0; number <= FinishedOrders::limit; ++number) {
        finished.add(end_of(std::to_string(number), 2));
    }
    EXPECT_EQ(finished.all().size(), FinishedOrders::limit);
    EXPECT_EQ(finished.find("0"), nullptr);
    EXPECT_NE(finished.find("1"), nullptr);
    EXPECT_NE(finished.find(std::to_string(FinishedOrders::limit)), nullptr);
}

TEST(FinishedOrders, keeps_the_newest_end_of_an_id_that_comes_again) {
    FinishedOrders finished;
    finished.add(end_of("a", 5));
    finished.add(end_of("a", 2));
    for (std::size_t number = 0; number + 1 < FinishedOrders::limit; ++number) {
        finished.add(end_of(std::to_string(number), 2));
    }
    ASSERT_NE(finished.find("a"), nullptr);
    EXPECT_EQ(finished.find("a")->kind, 2);
}

TEST(FinishedOrders, goes_through_text_and_back) {
    FinishedOrders finished;
    finished.add({FinishedOrders::hash("a"), 5'000'000'000, 0, 4, -1});
    finished.add(end_of("b", 2));
    FinishedOrders again;
    ASSERT_TRUE(again.add_text(finished.to_text()));
    EXPECT_EQ(again.to_text(), finished.to_text());
    ASSERT_NE(again.find("a"), nullptr);
    EXPECT_EQ(again.find("a")->side, -1);
    EXPECT_EQ(again.find("a")->quantity, 5'000'000'000);
    again.add(end_of("c", 2));
    EXPECT_NE(again.to_text(), finished.to_text());
    EXPECT_FALSE(again.add_text("1 2 3"));
}

}  // namespace
}  // namespace drover
