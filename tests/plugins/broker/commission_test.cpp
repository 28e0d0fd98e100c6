/// What a fill costs.
#include "broker/commission.hpp"

#include <gtest/gtest.h>

#include "decimal/decimal_text.hpp"

namespace drover {
namespace {

Commission commission(const char* fixed, const char* per_unit, const char* percent) {
    Commission made;
    made.fixed = money_from_text(fixed);
    made.per_unit = price_from_text(per_unit);
    made.percent = factor_from_text(percent);
    return made;
}

TEST(Commission, costs_nothing_by_default) {
    EXPECT_TRUE(Commission{}.charge(Quantity::from_whole(5), Money::from_whole(500)).is_zero());
}

TEST(Commission, adds_its_three_parts) {
    const Commission made = commission("1", "0.005", "0.1");
    EXPECT_EQ(to_text(made.charge(Quantity::from_whole(100), Money::from_whole(1000))),
              "2.500000");  // 1 + 0.5 + 1
}

TEST(Commission, stays_between_minimum_and_maximum) {
    Commission made = commission("0", "0.01", "0");
    made.minimum = money_from_text("1");
    made.maximum = money_from_text("2");
    EXPECT_EQ(to_text(made.charge(Quantity::from_whole(1), Money{})), "1.000000");
    EXPECT_EQ(to_text(made.charge(Quantity::from_whole(150), Money{})), "1.500000");
    EXPECT_EQ(to_text(made.charge(Quantity::from_whole(999), Money{})), "2.000000");
}

TEST(Commission, may_be_a_rebate) {
    const Commission made = commission("0", "-0.002", "0");
    EXPECT_EQ(to_text(made.charge(Quantity::from_whole(100), Money{})), "-0.200000");
}

TEST(Commission, rounds_once_half_to_even) {
    const Commission made = commission("0", "0", "50");
    EXPECT_EQ(made.charge(Quantity{}, Money::from_units(3)).units(), 2);
    EXPECT_EQ(made.charge(Quantity{}, Money::from_units(5)).units(), 2);
    EXPECT_EQ(made.charge(Quantity{}, Money::from_units(7)).units(), 4);
}

}  // namespace
}  // namespace drover
