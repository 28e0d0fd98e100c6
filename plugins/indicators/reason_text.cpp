// How prices, averages and bars are written in the reasons that agents give.
#include "indicators/reason_text.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

namespace drover {

namespace {

constexpr std::uint64_t units_per_one = 1000000000;

// Reasons are written for every signal and order: printf would be the costliest part of a
// backtest. These give the same letters.

std::string printed(double value, std::chars_format format, int precision) {
    std::array<char, 400> text;  // The longest double has 309 digits before the point.
    const auto [end, error] =
        std::to_chars(text.data(), text.data() + text.size(), value, format, precision);
    return {text.data(), end};
}

/// Appends a number of `digits` digits, and a letter before it unless that is 0.
void append_padded(std::string& text, char before, unsigned number, std::size_t digits) {
    if (before != 0) {
        text += before;
    }
    text.append(digits, '0');
    for (std::size_t place = text.size(); number != 0 && digits-- > 0; number /= 10) {
        text[--place] = static_cast<char>('0' + number % 10);
    }
}

}  // namespace

std::string decimal_text(std::int64_t units) {
    // Negated as unsigned, so that the smallest value has a magnitude too.
    const auto bits = static_cast<std::uint64_t>(units);
    const std::uint64_t magnitude = units < 0 ? ~bits + 1 : bits;
    std::string text = (units < 0 ? "-" : "") + std::to_string(magnitude / units_per_one);
    const std::uint64_t rest = magnitude % units_per_one;
    if (rest != 0) {
        std::string decimals = std::to_string(units_per_one + rest);
        decimals.front() = '.';
        decimals.erase(decimals.find_last_not_of('0') + 1);
        text += decimals;
    }
    return text;
}

std::string average_text(double value) {
    if (std::isnan(value)) {
        return "undefined";
    }
    const double magnitude = std::abs(value);
    if (magnitude >= 100) {
        return printed(value, std::chars_format::fixed, 2);
    }
    return magnitude >= 1 ? printed(value, std::chars_format::fixed, 4)
                          : printed(value, std::chars_format::general, 6);
}

std::string time_text(std::int64_t nanoseconds) {
    using std::chrono::floor;
    const std::chrono::sys_time<std::chrono::nanoseconds> moment{
        std::chrono::nanoseconds{nanoseconds}};
    const auto day = floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date{day};
    std::string text;
    append_padded(text, 0, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    append_padded(text, '-', static_cast<unsigned>(date.month()), 2);
    append_padded(text, '-', static_cast<unsigned>(date.day()), 2);
    if (moment == day) {
        return text;
    }
    const auto seconds = static_cast<unsigned>(floor<std::chrono::seconds>(moment - day).count());
    append_padded(text, 'T', seconds / 3600, 2);
    append_padded(text, ':', seconds / 60 % 60, 2);
    append_padded(text, ':', seconds % 60, 2);
    return text + 'Z';
}

}  // namespace drover
