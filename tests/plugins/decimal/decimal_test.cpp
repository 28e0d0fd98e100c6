/// Exact arithmetic: products, one rounding half to even, overflow, records.
#include "decimal/decimal.hpp"

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

#include "decimal/decimal_text.hpp"

namespace drover {
namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

Money units(std::int64_t count) {
    return Money::from_units(count);
}

TEST(Decimal, multiplies_a_price_and_a_quantity_exactly) {
    const Price price = price_from_text("2874.560059123");
    const Quantity quantity = quantity_from_text("-0.000000003");
    EXPECT_EQ(to_text(price * quantity), "-0.000008623680177369");
}

TEST(Decimal, holds_the_largest_price_times_the_largest_quantity) {
    const Money product = Price::from_units(most) * Quantity::from_units(-most);
    EXPECT_EQ(to_text(product), "-85070591730234615847.396907784232501249");
}

TEST(Decimal, rounds_a_tie_to_the_even_neighbour) {
    EXPECT_EQ(divide_half_even(25, 10), 2);
    EXPECT_EQ(divide_half_even(35, 10), 4);
    EXPECT_EQ(divide_half_even(-25, 10), -2);
    EXPECT_EQ(divide_half_even(-35, 10), -4);
    EXPECT_EQ(divide_half_even(-26, 10), -3);
    EXPECT_EQ(divide_half_even(24, 10), 2);
}

TEST(Decimal, rounds_a_multiplied_amount_once) {
    const Factor half = factor_from_text("0.5");
    EXPECT_EQ(units(3) * half, units(2));
    EXPECT_EQ(units(5) * half, units(2));
    EXPECT_EQ(units(-3) * half, units(-2));
    EXPECT_EQ(units(-5) * half, units(-2));
    EXPECT_EQ(units(3) * factor_from_text("-0.5"), units(-2));
}

TEST(Decimal, multiplies_amounts_that_need_more_than_128_bits_on_the_way) {
    const Money large = Money::from_whole(1'000'000'000'000'000'000);
    EXPECT_EQ(large * factor_from_text("50.25"),
              large * factor_from_text("50") + large * factor_from_text("0.25"));
}

TEST(Decimal, takes_a_percentage_of_an_amount) {
    EXPECT_EQ(to_text(percent_of(Money::from_whole(12345), factor_from_text("0.05"))), "6.172500");
}

TEST(Decimal, shares_an_amount_by_quantity) {
    const Money third =
        share_of(Money::from_whole(1), Quantity::from_whole(1), Quantity::from_whole(3));
    EXPECT_EQ(to_text(third), "0.333333333333333333");
}

TEST(Decimal, averages_a_price_to_the_nearest_unit) {
    const Money value = Price::from_units(1) * Quantity::from_whole(1) +
                        Price::from_units(2) * Quantity::from_whole(1);
    EXPECT_EQ(average_price(value, Quantity::from_whole(2)).units(), 2);
}

TEST(Decimal, throws_where_a_result_does_not_fit) {
    const Money largest = Money::from_units(~static_cast<Int128>(UInt128{1} << 127U));
    EXPECT_THROW(static_cast<void>(largest + units(1)), DecimalOverflow);
    EXPECT_THROW(static_cast<void>(-largest - units(2)), DecimalOverflow);
    EXPECT_THROW(static_cast<void>(largest * factor_from_text("1.000000001")), DecimalOverflow);
    EXPECT_THROW(static_cast<void>(Price::from_units(most) + Price::from_units(1)),
                 DecimalOverflow);
    EXPECT_THROW(static_cast<void>(-Price::from_units(std::numeric_limits<std::int64_t>::min())),
                 DecimalOverflow);
    EXPECT_THROW(static_cast<void>(Quantity::from_whole(most)), DecimalOverflow);
    EXPECT_THROW(static_cast<void>(average_price(largest, Quantity::from_units(1))),
                 DecimalOverflow);
}

TEST(Decimal, goes_through_a_record_and_back) {
    for (const char* text : {"0.000000",
                             "-0.000000000000000001",
                             "100333.349913",
                             "170141183460469231731.687303715884105727",
                             "-99999999999.5"}) {
        const Money amount = money_from_text(text);
        EXPECT_EQ(Money::from_record(amount.to_record()), amount) << text;
    }
    EXPECT_EQ(units(-1).to_record().high, -1);
    EXPECT_EQ(units(-1).to_record().low, ~std::uint64_t{0});
}

TEST(Decimal, knows_multiples_and_cuts_toward_zero) {
    const Quantity lot = quantity_from_text("0.01");
    EXPECT_TRUE(quantity_from_text("1.25").is_multiple_of(lot));
    EXPECT_FALSE(quantity_from_text("1.255").is_multiple_of(lot));
    EXPECT_TRUE(quantity_from_text("1.255").is_multiple_of(Quantity{}));
    EXPECT_EQ(quantity_from_text("-1.255").toward_zero(lot), quantity_from_text("-1.25"));
}

TEST(Decimal, becomes_the_nearest_double_for_everyday_amounts) {
    EXPECT_EQ(to_double(money_from_text("100333.349913")), 100333.349913);
    EXPECT_EQ(to_double(price_from_text("-1455.219971")), -1455.219971);
}

}  // namespace
}  // namespace drover
