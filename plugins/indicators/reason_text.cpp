// How prices, averages and bars are written in the reasons that agents give.
#include "indicators/reason_text.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace drover {

namespace {

constexpr std::uint64_t units_per_one = 1000000000;

template <typename... Value>
std::string printed(const char* format, Value... value) {
    std::array<char, 64> text{};
    const int length = std::snprintf(text.data(), text.size(), format, value...);
    return {text.data(), static_cast<std::size_t>(length)};
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
        return printed("%.2f", value);
    }
    return magnitude >= 1 ? printed("%.4f", value) : printed("%.6g", value);
}

std::string time_text(std::int64_t nanoseconds) {
    using std::chrono::floor;
    const std::chrono::sys_time<std::chrono::nanoseconds> moment{
        std::chrono::nanoseconds{nanoseconds}};
    const auto day = floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date{day};
    const std::string text = printed("%04d-%02u-%02u",
                                     static_cast<int>(date.year()),
                                     static_cast<unsigned>(date.month()),
                                     static_cast<unsigned>(date.day()));
    if (moment == day) {
        return text;
    }
    const auto seconds = floor<std::chrono::seconds>(moment - day).count();
    return text + printed("T%02d:%02d:%02dZ",
                          static_cast<int>(seconds / 3600),
                          static_cast<int>(seconds / 60 % 60),
                          static_cast<int>(seconds % 60));
}

}  // namespace drover
