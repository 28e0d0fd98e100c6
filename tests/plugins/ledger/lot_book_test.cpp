/// Lots, first in first out, and the trades that closing makes.
#include "ledger/lot_book.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/plugins/ledger/fills.hpp"

namespace drover {
namespace {

using testing::fill;

/// A book and all it closed.
struct Desk {
    LotBook book;
    std::vector<ClosedTrade> closed;
    void apply(const Fill& made) { book.apply(made, closed); }
};

TEST(LotBook, makes_one_lot_of_the_fills_of_one_order) {
    Desk desk;
    desk.apply(fill("a", "1", "10", "0", 3));
    desk.apply(fill("a", "3", "12", "0", 4));
    ASSERT_EQ(desk.book.lots().size(), 1U);
    EXPECT_EQ(to_text(desk.book.lots()[0].entry_price()), "11.5");
    EXPECT_EQ(desk.book.lots()[0].entry_bar, 3);
    EXPECT_TRUE(desk.closed.empty());
}

TEST(LotBook, closes_the_oldest_lot_first) {
    Desk desk;
    desk.apply(fill("a", "2", "10"));
    desk.apply(fill("b", "2", "20"));
    desk.apply(fill("c", "-3", "30", "0", 7));
    ASSERT_EQ(desk.closed.size(), 2U);
    EXPECT_EQ(desk.closed[0].order_id, "a");
    EXPECT_EQ(to_text(desk.closed[0].quantity), "2");
    EXPECT_EQ(to_text(desk.closed[0].pnl), "40.000000");
    EXPECT_EQ(desk.closed[1].order_id, "b");
    EXPECT_EQ(to_text(desk.closed[1].quantity), "1");
    EXPECT_EQ(to_text(desk.closed[1].pnl), "10.000000");
    EXPECT_EQ(desk.closed[1].exit_bar, 7);
    EXPECT_EQ(to_text(desk.book.quantity()), "1");
    EXPECT_EQ(to_text(*desk.book.average_price()), "20");
}

TEST(LotBook, closes_a_short_position_with_the_sign_turned) {
    Desk desk;
    desk.apply(fill("a", "-2", "50"));
    EXPECT_EQ(to_text(*desk.book.average_price()), "50");
    EXPECT_EQ(to_text(desk.book.value_at(price_from_text("40"))), "-80.000000");
    desk.apply(fill("b", "2", "40"));
    ASSERT_EQ(desk.closed.size(), 1U);
    EXPECT_EQ(to_text(desk.closed[0].quantity), "-2");
    EXPECT_EQ(to_text(desk.closed[0].pnl), "20.000000");
    EXPECT_DOUBLE_EQ(desk.closed[0].return_fraction(Factor::from_whole(1)), 0.2);
    EXPECT_EQ(desk.book.average_price(), std::nullopt);
}

TEST(LotBook, crosses_zero_as_an_exit_and_an_entry) {
    Desk desk;
    desk.apply(fill("a", "1", "10", "0.3"));
    desk.apply(fill("b", "-3", "12", "0.9"));
    ASSERT_EQ(desk.closed.size(), 1U);
    EXPECT_EQ(to_text(desk.closed[0].commissions), "0.600000");  // 0.3 and a third of 0.9
    EXPECT_EQ(to_text(desk.closed[0].net_pnl()), "1.400000");
    ASSERT_EQ(desk.book.lots().size(), 1U);
    EXPECT_EQ(desk.book.lots()[0].order_id, "b");
    EXPECT_EQ(to_text(desk.book.lots()[0].quantity), "-2");
    EXPECT_EQ(to_text(desk.book.lots()[0].commission), "0.600000");
}

TEST(LotBook, loses_nothing_where_shares_do_not_divide) {
    Desk desk;
    desk.apply(fill("a", "1", "1", "1"));
    desk.apply(fill("a", "1", "1", "0"));
    desk.apply(fill("a", "1", "2", "0"));  // 4 for 3: an average of 1.333...
    desk.apply(fill("x", "-1", "2", "0"));
    desk.apply(fill("y", "-1", "2", "0"));
    desk.apply(fill("z", "-1", "2", "0"));
    Money pnl;
    Money commissions;
    for (const ClosedTrade& trade : desk.closed) {
        pnl += trade.pnl;
        commissions += trade.commissions;
    }
    EXPECT_EQ(to_text(pnl), "2.000000");
    EXPECT_EQ(to_text(commissions), "1.000000");
    EXPECT_EQ(to_text(desk.book.realized()), "2.000000");
    EXPECT_TRUE(desk.book.lots().empty());
}

TEST(LotBook, takes_the_return_net_of_commissions) {
    Desk desk;
    desk.apply(fill("a", "2", "100", "1"));
    desk.apply(fill("b", "-2", "110", "1"));
    EXPECT_NEAR(desk.closed[0].return_fraction(Factor::from_whole(1)), 0.1 - 2.0 / 200, 1e-12);
}

TEST(LotBook, takes_the_return_in_percent_to_the_digit) {
    Desk desk;
    desk.apply(fill("a", "2", "100", "1"));
    desk.apply(fill("b", "-2", "105.5", "0.14"));
    EXPECT_EQ(desk.closed[0].return_percent(Factor::from_whole(1)), 4.93);
    Desk short_desk;
    short_desk.apply(fill("a", "-3", "100"));
    short_desk.apply(fill("b", "3", "98.9"));
    EXPECT_EQ(short_desk.closed[0].return_percent(Factor::from_whole(50)), 1.1);
}

TEST(LotBook, applies_the_multiplier_to_profit_and_value) {
    Desk desk{LotBook(Factor::from_whole(50)), {}};
    desk.apply(fill("a", "2", "4000"));
    EXPECT_EQ(to_text(desk.book.value_at(price_from_text("4000.25"))), "400025.000000");
    desk.apply(fill("b", "-2", "4000.25", "10"));
    EXPECT_EQ(to_text(desk.closed[0].pnl), "25.000000");
    EXPECT_NEAR(
        desk.closed[0].return_fraction(Factor::from_whole(50)), 0.25 / 4000 - 10.0 / 400000, 1e-12);
}

TEST(LotBook, changes_nothing_for_a_fill_of_nothing) {
    Desk desk;
    desk.apply(fill("a", "0", "10"));
    EXPECT_TRUE(desk.book.lots().empty());
}

TEST(LotBook, is_as_it_was_after_an_overflow) {
    Desk desk{LotBook(factor_from_text("9000000000")), {}};
    desk.apply(fill("a", "-1", "1"));
    desk.apply(fill("b", "-1000000", "1"));
    EXPECT_THROW(desk.apply(fill("c", "1000001", "9000000000")), DecimalOverflow);
    EXPECT_TRUE(desk.closed.empty());
    EXPECT_EQ(to_text(desk.book.quantity()), "-1000001");
    EXPECT_EQ(desk.book.lots().size(), 2U);
    EXPECT_TRUE(desk.book.realized().is_zero());
}

}  // namespace
}  // namespace drover
