/// Exact numbers of trading from text and to text, never through a double.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "decimal/decimal.hpp"

namespace drover {

/// What to do with more decimals than the type holds, when they are not zero.
enum class Rounding : std::uint8_t {
    exact,   ///< It is a fault.
    nearest  ///< Round to the nearest, a tie to the even one.
};

enum class DecimalFault : std::uint8_t { none, empty, not_a_number, too_many_decimals, too_large };

/// What parse_decimal made of a text.
struct ParsedDecimal {
    Int128 units = 0;
    DecimalFault fault = DecimalFault::none;
    bool is_rounded = false;  ///< Digits that were not zero were dropped.
};

/// Reads `[+-]digits[.digits][e[+-]digits]` as a number of units of 10^-scale. Blanks around it are
/// not skipped.
[[nodiscard]] ParsedDecimal parse_decimal(std::string_view text,
                                          int scale,
                                          Rounding rounding = Rounding::exact);

/// The same for what must fit 64 bits: prices and quantities in 1e-9.
[[nodiscard]] ParsedDecimal parse_nano_decimal(std::string_view text,
                                               Rounding rounding = Rounding::exact);

/// The everyday case of parse_nano_decimal at full speed: at most eighteen letters, nine digits
/// behind a point, no sign, no exponent. Returns false where the text is anything else or does not
/// fit, and parse_nano_decimal is to be asked.
[[nodiscard]] inline bool parse_plain_nano(std::string_view text, std::int64_t& units) {
    constexpr int scale = 9;
    constexpr std::size_t most_letters = 18;
    if (text.empty() || text.size() > most_letters) {
        return false;
    }
    std::int64_t digits = 0;
    int missing = -1;  // Decimals still to come; none before the point.
    for (const char& letter : text) {
        const auto digit = static_cast<unsigned char>(letter - '0');
        if (digit < 10) {
            digits = digits * 10 + digit;
            if (missing >= 0 && --missing < 0) {
                return false;
            }
        } else if (letter == '.' && missing < 0 && &letter != text.data()) {
            missing = scale;
        } else {
            return false;
        }
    }
    constexpr std::array<std::int64_t, 10> powers{
        1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};
    const std::int64_t power = powers[static_cast<std::size_t>(missing < 0 ? scale : missing)];
    return !__builtin_mul_overflow(digits, power, &units);
}

/// What is wrong, to be put behind the text: "has more than 9 decimals that are not zero".
[[nodiscard]] std::string explain(DecimalFault fault, int scale);

/// These throw std::invalid_argument with a sentence that quotes the text.
[[nodiscard]] Price price_from_text(std::string_view text);
[[nodiscard]] Quantity quantity_from_text(std::string_view text);
[[nodiscard]] Factor factor_from_text(std::string_view text);
[[nodiscard]] Money money_from_text(std::string_view text);

/// Appends units of 10^-scale as a decimal number with at least `least_decimals` decimals and
/// without zeros behind those.
void append_decimal(std::string& text, Int128 units, int scale, int least_decimals);

template <typename Meaning>
[[nodiscard]] std::string to_text(NanoDecimal<Meaning> value, int least_decimals = 0) {
    std::string text;
    append_decimal(text, value.units(), 9, least_decimals);
    return text;
}
/// At least six decimals, as money is printed everywhere.
[[nodiscard]] std::string to_text(Money value, int least_decimals = 6);

}  // namespace drover
