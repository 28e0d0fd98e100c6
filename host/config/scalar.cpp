#include "config/scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>

namespace drover {
namespace {

constexpr std::string_view digits = "0123456789";

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

/// Takes the leading digits off `rest` and returns them.
std::string_view take_digits(std::string_view& rest) {
    const std::string_view taken = rest.substr(0, rest.find_first_not_of(digits));
    rest.remove_prefix(taken.size());
    return taken;
}

bool is_digits(std::string_view text, std::string_view allowed) {
    return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

struct DecimalNumber {
    bool is_negative = false;
    std::string_view whole;
    std::string_view fraction;
    std::string_view exponent;  ///< With its e and sign.
};

/// Splits "-12.50e3"; nothing when `text` is no decimal number of YAML's core schema.
std::optional<DecimalNumber> split_decimal(std::string_view text) {
    DecimalNumber number;
    if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
        number.is_negative = text.front() == '-';
        text.remove_prefix(1);
    }
    number.whole = take_digits(text);
    if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        number.fraction = take_digits(text);
    }
    if (number.whole.empty() && number.fraction.empty()) {
        return std::nullopt;
    }
    if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
        std::string_view rest = text.substr(1);
        if (!rest.empty() && (rest.front() == '+' || rest.front() == '-')) {
            rest.remove_prefix(1);
        }
        if (take_digits(rest).empty()) {
            return std::nullopt;
        }
        number.exponent = text.substr(0, text.size() - rest.size());
        text = rest;
    }
    return text.empty() ? std::optional(number) : std::nullopt;
}

bool is_based_number(std::string_view text) {
    return (text.starts_with("0x") && is_digits(text.substr(2), "0123456789abcdefABCDEF")) ||
           (text.starts_with("0o") && is_digits(text.substr(2), "01234567"));
}

struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
};
constexpr std::array units{Unit{"ms", 1'000'000},
                           Unit{"s", 1'000'000'000},
                           Unit{"m", 60'000'000'000},
                           Unit{"h", 3'600'000'000'000}};
constexpr std::int64_t longest = 8760 * units.back().nanoseconds;

Error bad_duration(std::string_view text, const std::string& why) {
    return {ErrorKind::invalid, "'" + std::string(text) + "' " + why};
}

}  // namespace

PlainType plain_type(std::string_view text) {
    if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) {
        return PlainType::null;
    }
    if (is_one_of(text, {"true", "True", "TRUE", "false", "False", "FALSE"})) {
        return PlainType::boolean;
    }
    if (is_one_of(text,
                  {".nan",
                   ".NaN",
                   ".NAN",
                   ".inf",
                   ".Inf",
                   ".INF",
                   "+.inf",
                   "+.Inf",
                   "+.INF",
                   "-.inf",
                   "-.Inf",
                   "-.INF"})) {
        return PlainType::ambiguous;
    }
    if (is_based_number(text)) {
        return PlainType::number;
    }
    const auto number = split_decimal(text);
    if (!number) {
        return PlainType::text;
    }
    const bool has_leading_zero = number->whole.size() > 1 && number->whole.front() == '0';
    return has_leading_zero ? PlainType::ambiguous : PlainType::number;
}

Result<std::string> json_number(std::string_view text) {
    if (is_based_number(text)) {
        constexpr int hexadecimal = 16;
        constexpr int octal = 8;
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(text.data() + 2,
                                                  text.data() + text.size(),
                                                  value,
                                                  text[1] == 'x' ? hexadecimal : octal);
        if (error != std::errc() || end != text.data() + text.size()) {
            return Error{ErrorKind::invalid,
                         "The number " + std::string(text) + " does not fit into 64 bits."};
        }
        return std::to_string(value);
    }
    const auto number = split_decimal(text);
    if (!number) {
        return Error{ErrorKind::invalid, "'" + std::string(text) + "' is not a number."};
    }
    std::string json = number->is_negative ? "-" : "";
    json += number->whole.empty() ? "0" : number->whole;
    if (!number->fraction.empty()) {
        json += "." + std::string(number->fraction);
    }
    json += number->exponent;
    if (std::isinf(std::strtod(json.c_str(), nullptr))) {
        return Error{ErrorKind::invalid,
                     "The number " + std::string(text) +
                         " is too large: a number lies within 1.7e308 and -1.7e308."};
    }
    return json;
}

Result<Nanoseconds> parse_duration(std::string_view text) {
    std::string_view rest = text;
    const std::string_view whole = take_digits(rest);
    std::string_view fraction;
    if (!whole.empty() && rest.starts_with('.')) {
        rest.remove_prefix(1);
        fraction = take_digits(rest);
    }
    if (whole.empty()) {
        return bad_duration(text, "is not a duration: write for example 250ms, 1.5s, 2m or 1h.");
    }
    if (rest.empty()) {
        return bad_duration(text,
                            "has no unit: write " + std::string(text) + "ms, " + std::string(text) +
                                "s, " + std::string(text) + "m or " + std::string(text) + "h.");
    }
    const auto unit = std::find_if(
        units.begin(), units.end(), [&](const Unit& candidate) { return candidate.name == rest; });
    if (unit == units.end()) {
        return bad_duration(
            text,
            "has the unknown unit '" + std::string(rest) + "': the units are ms, s, m and h.");
    }
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), value);
    if (error != std::errc() || value > longest / unit->nanoseconds) {
        return bad_duration(text, "is longer than a year (8760h), the longest duration.");
    }
    std::int64_t nanoseconds = value * unit->nanoseconds;
    std::int64_t place_value = unit->nanoseconds;
    for (const char digit : fraction) {
        // Digits behind the last nanosecond change nothing.
        place_value /= 10;
        nanoseconds += (digit - '0') * place_value;
    }
    return Nanoseconds(nanoseconds);
}

std::string size_text(std::uint64_t bytes) {
    static constexpr std::array units{"KiB", "MiB", "GiB"};
    constexpr std::uint64_t step = 1024;
    std::uint64_t count = bytes / step;
    std::size_t unit = 0;
    while (count % step == 0 && unit + 1 < units.size()) {
        count /= step;
        ++unit;
    }
    return std::to_string(count) + units[unit];
}

Result<std::uint64_t> parse_size(std::string_view text) {
    struct SizeUnit {
        std::string_view name;
        std::uint64_t bytes;
    };
    static constexpr std::array size_units{SizeUnit{"KiB", std::uint64_t{1} << 10U},
                                           SizeUnit{"MiB", std::uint64_t{1} << 20U},
                                           SizeUnit{"GiB", std::uint64_t{1} << 30U}};
    constexpr std::uint64_t largest = std::uint64_t{1} << 40U;
    std::string_view rest = text;
    const std::string_view whole = take_digits(rest);
    const auto unit = std::find_if(size_units.begin(), size_units.end(), [&](const SizeUnit& one) {
        return one.name == rest;
    });
    if (whole.empty() || unit == size_units.end()) {
        return Error{ErrorKind::invalid,
                     "'" + std::string(text) +
                         "' is not a size: write a whole number and a unit, for example 512KiB, "
                         "10MiB or 1GiB."};
    }
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), value);
    if (error != std::errc() || value > largest / unit->bytes) {
        return Error{ErrorKind::invalid,
                     "'" + std::string(text) + "' is larger than 1024GiB, the largest size."};
    }
    return value * unit->bytes;
}

Result<int> parse_rate(std::string_view text) {
    constexpr int highest = 1'000'000;
    std::string_view rest = text;
    const std::string_view whole = take_digits(rest);
    int value = 0;
    const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), value);
    if (rest != "/s" || error != std::errc() || value < 1 || value > highest) {
        return Error{ErrorKind::invalid,
                     "'" + std::string(text) +
                         "' is not a rate: write how many a second, from 1/s to 1000000/s, for "
                         "example 2000/s."};
    }
    return value;
}

}  // namespace drover
