// Sizes and limits with their numbers.
#include "risk/sizing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decimal/decimal_text.hpp"
#include "risk/limits.hpp"

namespace drover {
namespace {

using ::testing::HasSubstr;
using Outcome = SizedTarget::Outcome;

RiskConfig fraction_of(const char* fraction) {
    RiskConfig config;
    config.sizing.method = SizingMethod::fixed_fraction;
    config.sizing.fraction = factor_from_text(fraction);
    return config;
}

SizingInput input(int direction, const char* equity = nullptr, const char* price = nullptr) {
    SizingInput made;
    made.direction = direction;
    made.symbol = "SPX";
    if (equity != nullptr) {
        made.equity = money_from_text(equity);
    }
    if (price != nullptr) {
        made.price = price_from_text(price);
    }
    return made;
}

Quantity quantity(const char* text) {
    return quantity_from_text(text);
}

TEST(FixedUnits, asks_for_the_same_quantity_on_either_side) {
    RiskConfig config;
    config.sizing.units = quantity("2.5");
    EXPECT_EQ(size_target(config, input(1)).quantity, quantity("2.5"));
    EXPECT_EQ(size_target(config, input(-1)).quantity, quantity("-2.5"));
    EXPECT_EQ(size_target(config, input(0)).quantity, Quantity{});
}

TEST(FixedFraction, divides_the_part_of_the_equity_by_the_price) {
    const auto sized = size_target(fraction_of("0.25"), input(1, "100000", "1400"));
    EXPECT_EQ(sized.outcome, Outcome::sized);
    EXPECT_EQ(sized.quantity, quantity("17.857142857"));
    EXPECT_THAT(sized.words, HasSubstr("0.25 of equity 100000.00 at 1400"));
}

TEST(FixedFraction, is_exact_for_amounts_whose_product_passes_128_bits) {
    // 3 * 300000000000.000000001 / 0.9 = 1000000000000.00000000333: too many units to hold.
    EXPECT_THROW((void)size_target(fraction_of("3"), input(1, "300000000000.000000001", "0.9")),
                 DecimalOverflow);
    EXPECT_EQ(size_target(fraction_of("3"), input(1, "300000000000.000000001", "900")).quantity,
              quantity("1000000000"));
}

TEST(FixedFraction, waits_without_a_snapshot) {
    EXPECT_EQ(size_target(fraction_of("0.25"), input(1, nullptr, "1400")).outcome,
              Outcome::needs_account);
    EXPECT_EQ(size_target(fraction_of("0.25"), input(0)).outcome, Outcome::sized)
        << "flat needs no equity";
}

TEST(FixedFraction, refuses_without_equity_or_price) {
    EXPECT_EQ(size_target(fraction_of("0.25"), input(1, "0", "1400")).rule, "equity");
    EXPECT_EQ(size_target(fraction_of("0.25"), input(1, "5", "0")).rule, "price");
    EXPECT_EQ(size_target(fraction_of("0.25"), input(1, "5")).rule, "price");
}

TEST(Sizing, rounds_down_to_a_lot) {
    RiskConfig config = fraction_of("0.25");
    config.terms.lot = quantity("10");
    EXPECT_EQ(size_target(config, input(1, "100000", "1400")).quantity, quantity("10"));
    EXPECT_EQ(size_target(config, input(-1, "100000", "1400")).quantity, quantity("-10"));
    const auto refused = size_target(config, input(1, "1000", "1400"));
    EXPECT_EQ(refused.outcome, Outcome::refused);
    EXPECT_EQ(refused.rule, "lot");
}

TEST(Sizing, refuses_what_is_below_a_minimum_with_the_numbers) {
    RiskConfig config;
    config.terms.minimum_quantity = quantity("2");
    const auto small = size_target(config, input(1));
    EXPECT_EQ(small.rule, "minimum_quantity");
    EXPECT_EQ(small.words, "1 SPX is below the minimum quantity 2");
    config.terms.minimum_quantity = Quantity{};
    config.terms.minimum_notional = money_from_text("100");
    EXPECT_EQ(size_target(config, input(1, nullptr, "99.99")).rule, "minimum_notional");
    EXPECT_EQ(size_target(config, input(1, nullptr, "100")).outcome, Outcome::sized);
}

TEST(Sizing, refuses_to_go_short_what_may_not_be_sold_short) {
    RiskConfig config;
    InstrumentTerms terms;
    terms.is_shortable = false;
    config.instruments.emplace("SPX", terms);
    EXPECT_EQ(size_target(config, input(-1)).words, "SPX may not be sold short");
    EXPECT_EQ(size_target(config, input(1)).outcome, Outcome::sized);
}

LimitedOrder limited(const char* maximum,
                     OnBreach on_breach,
                     const char* expected,
                     const char* order,
                     const char* lot = "0") {
    Limits limits;
    limits.max_position = quantity(maximum);
    limits.on_breach = on_breach;
    return apply_limits(limits, quantity(lot), quantity(expected), quantity(order));
}

TEST(PositionLimit, passes_what_stays_within_it) {
    EXPECT_FALSE(limited("2", OnBreach::refuse, "1", "1").is_limited);
    EXPECT_FALSE(limited("2", OnBreach::refuse, "2", "-4").is_limited);
}

TEST(PositionLimit, refuses_what_goes_beyond_it_and_does_not_trim) {
    const LimitedOrder order = limited("2", OnBreach::refuse, "1", "2");
    EXPECT_EQ(order.quantity, Quantity{});
    EXPECT_EQ(order.words, "a position of 3 is beyond max_position 2");
}

TEST(PositionLimit, trims_to_it_when_told_to) {
    EXPECT_EQ(limited("2", OnBreach::trim, "1", "2").quantity, quantity("1"));
    EXPECT_EQ(limited("2.5", OnBreach::trim, "0", "-4", "1").quantity, quantity("-2"));
    EXPECT_EQ(limited("2", OnBreach::trim, "3", "1").quantity, Quantity{})
        << "it never turns round";
}

TEST(PositionLimit, lets_a_reducing_order_pass_whatever_is_held) {
    EXPECT_FALSE(limited("1", OnBreach::refuse, "5", "-1").is_limited);
    EXPECT_FALSE(limited("1", OnBreach::refuse, "-5", "5").is_limited);
}

TEST(PositionLimit, leaves_the_exit_of_a_refused_reversal) {
    EXPECT_EQ(limited("2", OnBreach::refuse, "1", "-4").quantity, quantity("-1"));
}

}  // namespace
}  // namespace drover
