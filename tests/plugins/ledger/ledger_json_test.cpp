/// Books go through JSON and come back the same.
#include "ledger/ledger_json.hpp"

#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/plugins/ledger/fills.hpp"

namespace drover {
namespace {

using testing::fill;

TEST(LedgerJson, brings_a_book_back_exactly) {
    LotBook book;
    std::vector<ClosedTrade> closed;
    book.apply(fill("a", "3", "0.333333333", "0.000000000000000001", 5), closed);
    book.apply(fill("b", "1", "7"), closed);
    book.apply(fill("c", "-1", "8"), closed);
    const nlohmann::json saved = nlohmann::json::parse(book_to_json(book).dump());
    LotBook again;
    restore_book(again, saved);
    EXPECT_EQ(book_to_json(again), saved);
    EXPECT_EQ(again.quantity(), book.quantity());
    EXPECT_EQ(again.realized(), book.realized());
    EXPECT_EQ(again.average_price(), book.average_price());
    const nlohmann::json trade = trade_to_json(closed.at(0));
    EXPECT_EQ(trade_to_json(trade_from_json(trade)), trade);
}

}  // namespace
}  // namespace drover
