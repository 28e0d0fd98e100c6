/// Exact numbers of trading: prices and quantities in 1e-9, money in 1e-18, every step checked.
///
/// Arithmetic throws DecimalOverflow instead of wrapping. Whoever changes an account computes
/// first and stores afterwards, so that an overflow leaves nothing half done. Text:
/// decimal_text.hpp.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <stdexcept>

#include <drover/trading/market.h>

namespace drover {

/// A signed 128-bit integer. Pedantic compilers know it only as an extension.
__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

/// Units of a price or quantity in 1.
inline constexpr std::int64_t units_per_one = 1'000'000'000;
/// Units of money in 1.
inline constexpr std::int64_t money_units_per_one = 1'000'000'000'000'000'000;

/// A result does not fit its type. The order that caused it is refused.
class DecimalOverflow : public std::overflow_error {
public:
    DecimalOverflow() : std::overflow_error("An amount is too large for exact arithmetic.") {}
};

[[nodiscard]] constexpr Int128 checked_add(Int128 left, Int128 right) {
    Int128 sum = 0;
    if (__builtin_add_overflow(left, right, &sum)) {
        throw DecimalOverflow();
    }
    return sum;
}
[[nodiscard]] constexpr Int128 checked_subtract(Int128 left, Int128 right) {
    Int128 difference = 0;
    if (__builtin_sub_overflow(left, right, &difference)) {
        throw DecimalOverflow();
    }
    return difference;
}
[[nodiscard]] constexpr Int128 checked_multiply(Int128 left, Int128 right) {
    Int128 product = 0;
    if (__builtin_mul_overflow(left, right, &product)) {
        throw DecimalOverflow();
    }
    return product;
}
[[nodiscard]] constexpr std::int64_t checked_int64(Int128 value) {
    if (value < std::numeric_limits<std::int64_t>::min() ||
        value > std::numeric_limits<std::int64_t>::max()) {
        throw DecimalOverflow();
    }
    return static_cast<std::int64_t>(value);
}

/// `whole + remainder / divisor`, rounded to the nearest integer, a tie to the even one.
/// `divisor` is above 0 and abs(remainder) below it.
[[nodiscard]] constexpr Int128 round_half_even(Int128 whole, Int128 remainder, Int128 divisor) {
    const Int128 size = remainder < 0 ? -remainder : remainder;
    const Int128 rest = divisor - size;
    const bool away = size > rest || (size == rest && whole % 2 != 0);
    if (!away) {
        return whole;
    }
    return remainder < 0 ? checked_subtract(whole, 1) : checked_add(whole, 1);
}

/// `value / divisor`, rounded once, half to even. `divisor` is above 0.
[[nodiscard]] constexpr Int128 divide_half_even(Int128 value, Int128 divisor) {
    return round_half_even(value / divisor, value % divisor, divisor);
}

/// `value * factor / divisor`, rounded once, half to even, without a wider intermediate result.
/// `divisor` is above 0.
[[nodiscard]] constexpr Int128 scale_half_even(Int128 value,
                                               std::int64_t factor,
                                               std::int64_t divisor) {
    // value = whole * divisor + rest; rest * factor always fits, for both are below 2^63.
    const Int128 rest_scaled = (value % divisor) * factor;
    const Int128 exact =
        checked_add(checked_multiply(value / divisor, factor), rest_scaled / divisor);
    return round_half_even(exact, rest_scaled % divisor, divisor);
}

/// A number in units of 1e-9; range +-9,223,372,036.854775807. `Meaning` keeps prices and
/// quantities apart.
template <typename Meaning>
class NanoDecimal {
public:
    constexpr NanoDecimal() = default;
    [[nodiscard]] static constexpr NanoDecimal from_units(std::int64_t units) {
        return NanoDecimal{units};
    }
    /// A whole number, like 3 shares.
    [[nodiscard]] static constexpr NanoDecimal from_whole(std::int64_t whole) {
        return NanoDecimal{checked_int64(Int128{whole} * units_per_one)};
    }
    [[nodiscard]] constexpr std::int64_t units() const { return units_; }
    [[nodiscard]] constexpr bool is_zero() const { return units_ == 0; }
    /// -1, 0 or 1.
    [[nodiscard]] constexpr int sign() const { return (units_ > 0 ? 1 : 0) - (units_ < 0 ? 1 : 0); }
    [[nodiscard]] constexpr NanoDecimal absolute() const { return units_ < 0 ? -*this : *this; }

    friend constexpr auto operator<=>(NanoDecimal, NanoDecimal) = default;
    friend constexpr NanoDecimal operator+(NanoDecimal left, NanoDecimal right) {
        return NanoDecimal{checked_int64(Int128{left.units_} + right.units_)};
    }
    friend constexpr NanoDecimal operator-(NanoDecimal left, NanoDecimal right) {
        return NanoDecimal{checked_int64(Int128{left.units_} - right.units_)};
    }
    constexpr NanoDecimal operator-() const { return NanoDecimal{checked_int64(-Int128{units_})}; }
    constexpr NanoDecimal& operator+=(NanoDecimal other) { return *this = *this + other; }
    constexpr NanoDecimal& operator-=(NanoDecimal other) { return *this = *this - other; }

    /// Whether this is a whole number of `step`s; a step of 0 allows everything.
    [[nodiscard]] constexpr bool is_multiple_of(NanoDecimal step) const {
        return step.units_ == 0 || units_ % step.units_ == 0;
    }
    /// The nearest multiple of `step` that is not farther from 0; a step of 0 changes nothing.
    [[nodiscard]] constexpr NanoDecimal toward_zero(NanoDecimal step) const {
        return step.units_ == 0 ? *this : NanoDecimal{units_ - units_ % step.units_};
    }

private:
    explicit constexpr NanoDecimal(std::int64_t units) : units_{units} {}
    std::int64_t units_ = 0;
};

/// A price, in 1e-9 of the instrument's quote currency.
using Price = NanoDecimal<struct PriceMeaning>;
/// A quantity, in 1e-9; signed where it is a position.
using Quantity = NanoDecimal<struct QuantityMeaning>;
/// A pure factor in 1e-9: a contract's multiplier, a fraction, a percentage.
using Factor = NanoDecimal<struct FactorMeaning>;

/// An amount of money in units of 1e-18.
class Money {
public:
    constexpr Money() = default;
    [[nodiscard]] static constexpr Money from_units(Int128 units) { return Money{units}; }
    [[nodiscard]] static constexpr Money from_whole(std::int64_t whole) {
        return Money{Int128{whole} * money_units_per_one};
    }
    [[nodiscard]] static constexpr Money from_record(drover_decimal128 record) {
        const auto high = static_cast<UInt128>(static_cast<std::uint64_t>(record.high));
        return Money{static_cast<Int128>((high << 64U) | record.low)};
    }
    [[nodiscard]] constexpr drover_decimal128 to_record() const {
        const auto bits = static_cast<UInt128>(units_);
        return {static_cast<std::uint64_t>(bits),
                static_cast<std::int64_t>(static_cast<std::uint64_t>(bits >> 64U))};
    }
    [[nodiscard]] constexpr Int128 units() const { return units_; }
    [[nodiscard]] constexpr bool is_zero() const { return units_ == 0; }

    friend constexpr auto operator<=>(Money, Money) = default;
    friend constexpr Money operator+(Money left, Money right) {
        return Money{checked_add(left.units_, right.units_)};
    }
    friend constexpr Money operator-(Money left, Money right) {
        return Money{checked_subtract(left.units_, right.units_)};
    }
    constexpr Money operator-() const { return Money{checked_subtract(0, units_)}; }
    constexpr Money& operator+=(Money other) { return *this = *this + other; }
    constexpr Money& operator-=(Money other) { return *this = *this - other; }

private:
    explicit constexpr Money(Int128 units) : units_{units} {}
    Int128 units_ = 0;
};

/// Exact: the product of two 64-bit numbers always fits.
[[nodiscard]] constexpr Money operator*(Price price, Quantity quantity) {
    return Money::from_units(Int128{price.units()} * quantity.units());
}
/// `amount` times a contract's multiplier or a fraction, rounded once, half to even.
[[nodiscard]] constexpr Money operator*(Money amount, Factor factor) {
    return Money::from_units(scale_half_even(amount.units(), factor.units(), units_per_one));
}
/// `percent` hundredths of `amount`, rounded once, half to even.
[[nodiscard]] constexpr Money percent_of(Money amount, Factor percent) {
    return Money::from_units(scale_half_even(amount.units(), percent.units(), 100 * units_per_one));
}
/// The share of `amount` that falls to `part` of `whole`, rounded once, half to even. `whole` is
/// above 0.
[[nodiscard]] constexpr Money share_of(Money amount, Quantity part, Quantity whole) {
    return Money::from_units(scale_half_even(amount.units(), part.units(), whole.units()));
}
/// The price at which `quantity` (above 0) is worth `value`, rounded once, half to even.
[[nodiscard]] constexpr Price average_price(Money value, Quantity quantity) {
    return Price::from_units(checked_int64(divide_half_even(value.units(), quantity.units())));
}

/// Nearest double; for statistics and display only.
template <typename Meaning>
[[nodiscard]] constexpr double to_double(NanoDecimal<Meaning> value) {
    return static_cast<double>(value.units() / units_per_one) +
           static_cast<double>(value.units() % units_per_one) / 1e9;
}
/// A double next to the amount; for statistics and display only.
[[nodiscard]] constexpr double to_double(Money value) {
    // Whole and fraction apart, so that amounts of everyday size are rounded only once.
    return static_cast<double>(value.units() / money_units_per_one) +
           static_cast<double>(value.units() % money_units_per_one) / 1e18;
}

}  // namespace drover
