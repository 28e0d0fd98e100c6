/// Cash, equity and exposure of an account.
#include "ledger/account_ledger.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "tests/plugins/ledger/fills.hpp"

namespace drover {
namespace {

using testing::fill;

class AccountLedgerTest : public ::testing::Test {
protected:
    AccountLedger ledger_{Money::from_whole(1000)};
    std::vector<ClosedTrade> closed_;
    std::size_t spx_ = ledger_.open("SPX", Factor::from_whole(1));
};

TEST_F(AccountLedgerTest, gives_a_symbol_one_number) {
    EXPECT_EQ(ledger_.open("SPX", Factor::from_whole(1)), spx_);
    EXPECT_NE(ledger_.open("NDX", Factor::from_whole(1)), spx_);
}

TEST_F(AccountLedgerTest, is_worth_its_cash_and_the_marked_positions) {
    ledger_.mark(spx_, price_from_text("100"));
    ledger_.apply(spx_, fill("a", "2", "99", "1"), closed_);
    EXPECT_EQ(to_text(ledger_.cash()), "801.000000");
    EXPECT_EQ(to_text(ledger_.equity()), "1001.000000");
    ledger_.mark(spx_, price_from_text("110"));
    EXPECT_EQ(to_text(ledger_.equity()), "1021.000000");
    EXPECT_EQ(ledger_.open_positions(), 1U);
    ledger_.apply(spx_, fill("b", "-2", "110", "1"), closed_);
    EXPECT_EQ(to_text(ledger_.equity()), "1020.000000");
    EXPECT_EQ(to_text(ledger_.realized()), "22.000000");
    EXPECT_EQ(to_text(ledger_.commissions()), "2.000000");
    EXPECT_EQ(ledger_.open_positions(), 0U);
    EXPECT_EQ(closed_.size(), 1U);
}

TEST_F(AccountLedgerTest, counts_shorts_into_the_gross_exposure) {
    const std::size_t ndx = ledger_.open("NDX", Factor::from_whole(1));
    ledger_.mark(spx_, price_from_text("10"));
    ledger_.mark(ndx, price_from_text("20"));
    ledger_.apply(spx_, fill("a", "3", "10"), closed_);
    ledger_.apply(ndx, fill("b", "-2", "20"), closed_);
    EXPECT_EQ(to_text(ledger_.gross_exposure()), "70.000000");
    EXPECT_EQ(to_text(ledger_.equity()), "1000.000000");
}

TEST_F(AccountLedgerTest, is_as_it_was_after_an_overflow) {
    ledger_.mark(spx_, price_from_text("10"));
    ledger_.restore(Money::from_whole(1000),
                    Money::from_units(-Money::from_whole(9'000'000'000'000'000'000).units() * 18),
                    Money{});
    const Money before = ledger_.cash();
    EXPECT_THROW(ledger_.apply(spx_, fill("a", "9000000000", "9000000000"), closed_),
                 DecimalOverflow);
    EXPECT_EQ(ledger_.cash(), before);
    EXPECT_EQ(ledger_.open_positions(), 0U);
    EXPECT_TRUE(ledger_.position(spx_).book.quantity().is_zero());
}

}  // namespace
}  // namespace drover
