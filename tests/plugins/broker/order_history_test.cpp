/// The orders that ended last, over a restart of the broker.
#include "broker/order_history.hpp"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <drover/agent.hpp>

namespace drover {
namespace {

drover_order_event ended(const std::string& id, std::int32_t kind, const std::string& reason) {
    drover_order_event end{};
    set_text(end.client_order_id, id);
    set_text(end.reason, reason);
    end.kind = kind;
    return end;
}

TEST(OrderHistory, keeps_the_words_of_each_end_over_a_restart_filled_orders_included) {
    OrderHistory before;
    before.add(ended("a", DROVER_ORDER_FILLED, "Filled at the open of 2000-01-04."));
    before.add(ended("b", DROVER_ORDER_CANCELLED, "Cancelled as asked."));
    before.add(ended("c", DROVER_ORDER_FILLED, ""));
    OrderHistory after;
    after.load(nlohmann::json::parse(before.to_text()));
    ASSERT_EQ(after.all().size(), 3U);
    EXPECT_EQ(text_of(after.all()[0].reason), "Filled at the open of 2000-01-04.");
    EXPECT_EQ(text_of(after.all()[1].reason), "Cancelled as asked.");
    EXPECT_EQ(text_of(after.all()[2].reason), "");
    EXPECT_EQ(after.to_text(), before.to_text());
    after.add(ended("d", DROVER_ORDER_FILLED, ""));
    EXPECT_NE(after.to_text(), before.to_text());
}

TEST(OrderHistory, forgets_the_oldest_beyond_its_limit) {
    OrderHistory history;
    for (std::size_t number = 0; number <= OrderHistory::limit; ++number) {
        history.add(ended(std::to_string(number), DROVER_ORDER_FILLED, ""));
    }
    EXPECT_EQ(history.all().size(), OrderHistory::limit);
    EXPECT_EQ(text_of(history.all().front().client_order_id), "1");
}

}  // namespace
}  // namespace drover
