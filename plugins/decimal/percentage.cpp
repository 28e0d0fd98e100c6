// Percentages of exact amounts: a long division, bit by bit, and one rounding.
#include "decimal/percentage.hpp"

#include <cmath>
#include <cstdint>
#include <limits>

namespace drover {

namespace {

constexpr double hundredths = 100;

UInt128 size_of(Int128 value) {
    return value < 0 ? -static_cast<UInt128>(value) : static_cast<UInt128>(value);
}

/// The double next to `above / below`; both are below 2^127, and `below` is not 0.
double nearest_ratio(UInt128 above, UInt128 below) {
    if (above == 0) {
        return 0;
    }
    UInt128 quotient = above / below;
    UInt128 rest = above % below;
    int exponent = 0;
    // 64 bits are eleven more than a double keeps.
    while (quotient >> 63U == 0) {
        rest <<= 1U;
        const bool fits = rest >= below;
        rest -= fits ? below : 0;
        quotient = quotient << 1U | (fits ? 1U : 0U);
        --exponent;
    }
    bool is_exact = rest == 0;
    while (quotient >> 64U != 0) {
        is_exact = is_exact && (quotient & 1U) == 0;
        quotient >>= 1U;
        ++exponent;
    }
    // What lies behind the 64 bits only decides that a half is more than a half.
    const std::uint64_t bits = static_cast<std::uint64_t>(quotient) | (is_exact ? 0U : 1U);
    return std::ldexp(static_cast<double>(bits), exponent);
}

}  // namespace

double percentage(Money part, Money whole) {
    if (whole.is_zero()) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    Int128 hundredfold = 0;
    if (__builtin_mul_overflow(part.units(), Int128{100}, &hundredfold)) {
        // Above 1.7e18 of any currency every digit of the percentage is beyond a cent.
        return to_double(part) / to_double(whole) * hundredths;
    }
    const double ratio = nearest_ratio(size_of(hundredfold), size_of(whole.units()));
    return (hundredfold < 0) == (whole.units() < 0) || hundredfold == 0 ? ratio : -ratio;
}

}  // namespace drover
