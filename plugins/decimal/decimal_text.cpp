/// Reads and prints exact decimal numbers.
#include "decimal/decimal_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>

namespace drover {
namespace {

constexpr bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

/// A text taken apart: value = digits * 10^-decimals.
struct Digits {
    UInt128 digits = 0;
    int decimals = 0;
    bool is_negative = false;
    bool is_cut = false;    ///< More digits than 128 bits hold; only the number's size is wrong.
    bool has_rest = false;  ///< Digits that were cut behind the point were not all zero.
};

constexpr int most_exponent = 10'000;
constexpr UInt128 digits_limit = (~UInt128{0} - 9) / 10;

/// Takes the digits up to the first other letter. Returns whether there were any.
bool take_digits(std::string_view& text, bool behind_point, Digits& into) {
    std::size_t taken = 0;
    for (; taken < text.size() && is_digit(text[taken]); ++taken) {
        const auto digit = static_cast<unsigned>(text[taken] - '0');
        if (into.digits > digits_limit || into.is_cut) {
            into.is_cut = true;
            into.has_rest = into.has_rest || digit != 0;
            into.decimals -= behind_point ? 0 : 1;
            continue;
        }
        into.digits = into.digits * 10 + digit;
        into.decimals += behind_point ? 1 : 0;
    }
    text.remove_prefix(taken);
    return taken != 0;
}

bool take_exponent(std::string_view& text, Digits& into) {
    if (text.empty() || (text.front() != 'e' && text.front() != 'E')) {
        return true;
    }
    text.remove_prefix(1);
    bool is_negative = false;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        is_negative = text.front() == '-';
        text.remove_prefix(1);
    }
    if (text.empty()) {
        return false;
    }
    int exponent = 0;
    while (!text.empty() && is_digit(text.front())) {
        exponent = std::min(exponent * 10 + (text.front() - '0'), most_exponent);
        text.remove_prefix(1);
    }
    into.decimals -= is_negative ? -exponent : exponent;
    return true;
}

/// Whether the whole text is a number.
bool take_apart(std::string_view text, Digits& into) {
    if (text.front() == '-' || text.front() == '+') {
        into.is_negative = text.front() == '-';
        text.remove_prefix(1);
    }
    bool has_digits = take_digits(text, false, into);
    if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        has_digits = take_digits(text, true, into) || has_digits;
    }
    return has_digits && take_exponent(text, into) && text.empty();
}

/// Drops `count` decimal digits. Returns false when they were not zero and may not be rounded.
bool drop_decimals(Digits& number, int count, Rounding rounding, bool& is_rounded) {
    unsigned last = 0;
    bool has_rest = number.has_rest;
    for (; count > 0 && (number.digits != 0 || last != 0); --count) {
        has_rest = has_rest || last != 0;
        last = static_cast<unsigned>(number.digits % 10);
        number.digits /= 10;
    }
    if (count > 0) {
        has_rest = has_rest || last != 0;
        last = 0;
    }
    if (last == 0 && !has_rest) {
        return true;
    }
    if (rounding == Rounding::exact) {
        return false;
    }
    is_rounded = true;
    if (last > 5 || (last == 5 && (has_rest || number.digits % 2 != 0))) {
        ++number.digits;
    }
    return true;
}

/// Multiplies by ten `count` times. Returns false when the result does not fit.
bool append_zeros(Digits& number, int count) {
    for (; count > 0 && number.digits != 0; --count) {
        if (number.digits > digits_limit) {
            return false;
        }
        number.digits *= 10;
    }
    return true;
}

ParsedDecimal failed(DecimalFault fault) {
    return {0, fault, false};
}

/// The everyday case at full speed: at most 18 digits, a point, no exponent. Returns false when
/// the text is anything else.
bool parse_plain(std::string_view text, int scale, ParsedDecimal& parsed) {
    static constexpr std::array<std::int64_t, 10> powers{
        1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};
    const bool is_negative = text.front() == '-';
    std::size_t at = is_negative ? 1 : 0;
    if (text.size() > 19 || at == text.size() || !is_digit(text[at])) {
        return false;
    }
    std::int64_t digits = 0;
    int decimals = 0;
    bool behind_point = false;
    for (; at < text.size(); ++at) {
        const char letter = text[at];
        if (is_digit(letter)) {
            digits = digits * 10 + (letter - '0');
            decimals += behind_point ? 1 : 0;
        } else if (letter == '.' && !behind_point) {
            behind_point = true;
        } else {
            return false;
        }
    }
    const int missing = scale - decimals;
    if (missing < 0 || missing > 9) {
        return false;
    }
    const Int128 units = Int128{digits} * powers[static_cast<std::size_t>(missing)];
    parsed.units = is_negative ? -units : units;
    return true;
}

// Wide division is slow, and amounts are written for every trade: the digits come from 64 bits.

void append_digits(std::string& text, std::uint64_t number, std::size_t least_digits) {
    std::array<char, 20> digits;
    std::size_t at = digits.size();
    for (; number != 0 || digits.size() - at < least_digits; number /= 10) {
        digits[--at] = static_cast<char>('0' + number % 10);
    }
    text.append(&digits[at], digits.size() - at);
}

void append_whole(std::string& text, UInt128 number) {
    constexpr auto half = static_cast<std::uint64_t>(money_units_per_one);
    if (number >= half) {
        append_whole(text, number / half);
        append_digits(text, static_cast<std::uint64_t>(number % half), 18);
    } else {
        append_digits(text, static_cast<std::uint64_t>(number), 1);
    }
}

/// `fraction` in units of 10^-scale, without zeros at its end beyond `least`.
void append_decimals(std::string& text, std::uint64_t fraction, int scale, int least) {
    int decimals = scale;
    for (; decimals > std::max(least, 0) && fraction % 10 == 0; --decimals) {
        fraction /= 10;
    }
    if (decimals > 0) {
        text += '.';
        append_digits(text, fraction, static_cast<std::size_t>(decimals));
    }
}

template <typename Number>
Number nano_from_text(std::string_view text) {
    const ParsedDecimal parsed = parse_nano_decimal(text);
    if (parsed.fault != DecimalFault::none) {
        throw std::invalid_argument("'" + std::string(text) + "' " + explain(parsed.fault, 9) +
                                    ".");
    }
    return Number::from_units(static_cast<std::int64_t>(parsed.units));
}

}  // namespace

ParsedDecimal parse_decimal(std::string_view text, int scale, Rounding rounding) {
    if (text.empty()) {
        return failed(DecimalFault::empty);
    }
    ParsedDecimal parsed;
    if (parse_plain(text, scale, parsed)) {
        return parsed;
    }
    Digits number;
    if (!take_apart(text, number)) {
        return failed(DecimalFault::not_a_number);
    }
    if (number.is_cut && number.decimals < scale) {
        return failed(DecimalFault::too_large);
    }
    if (number.decimals > scale || number.has_rest) {
        if (!drop_decimals(
                number, std::max(number.decimals - scale, 0), rounding, parsed.is_rounded)) {
            return failed(DecimalFault::too_many_decimals);
        }
    }
    if (number.decimals < scale && !append_zeros(number, scale - number.decimals)) {
        return failed(DecimalFault::too_large);
    }
    if (number.digits > (~UInt128{0} >> 1U)) {
        return failed(DecimalFault::too_large);
    }
    const auto units = static_cast<Int128>(number.digits);
    parsed.units = number.is_negative ? -units : units;
    return parsed;
}

ParsedDecimal parse_nano_decimal(std::string_view text, Rounding rounding) {
    const ParsedDecimal parsed = parse_decimal(text, 9, rounding);
    // The smallest value is kept free: in records it stands for "no value".
    if (parsed.units > INT64_MAX || parsed.units < -Int128{INT64_MAX}) {
        return failed(DecimalFault::too_large);
    }
    return parsed;
}

std::string explain(DecimalFault fault, int scale) {
    switch (fault) {
        case DecimalFault::none:
            return "is a number";
        case DecimalFault::empty:
            return "is empty where a number is needed";
        case DecimalFault::not_a_number:
            return "is not a decimal number";
        case DecimalFault::too_many_decimals:
            return "has more than " + std::to_string(scale) + " decimals that are not zero";
        case DecimalFault::too_large:
            break;
    }
    return scale == 9 ? "is outside the range of +-9223372036.854775807"
                      : "is too large for exact money";
}

Price price_from_text(std::string_view text) {
    return nano_from_text<Price>(text);
}
Quantity quantity_from_text(std::string_view text) {
    return nano_from_text<Quantity>(text);
}
Factor factor_from_text(std::string_view text) {
    return nano_from_text<Factor>(text);
}

Money money_from_text(std::string_view text) {
    const ParsedDecimal parsed = parse_decimal(text, 18);
    if (parsed.fault != DecimalFault::none) {
        throw std::invalid_argument("'" + std::string(text) + "' " + explain(parsed.fault, 18) +
                                    ".");
    }
    return Money::from_units(parsed.units);
}

void append_decimal(std::string& text, Int128 units, int scale, int least_decimals) {
    const UInt128 magnitude =
        units < 0 ? ~static_cast<UInt128>(units) + 1 : static_cast<UInt128>(units);
    std::uint64_t divisor = 1;
    for (int decimal = 0; decimal < scale; ++decimal) {
        divisor *= 10;
    }
    if (units < 0) {
        text += '-';
    }
    append_whole(text, magnitude / divisor);
    append_decimals(text, static_cast<std::uint64_t>(magnitude % divisor), scale, least_decimals);
}

std::string to_text(Money value, int least_decimals) {
    std::string text;
    append_decimal(text, value.units(), 18, least_decimals);
    return text;
}

}  // namespace drover
