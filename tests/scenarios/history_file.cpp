// Makes up prices, in whole cents, so that no rounding takes part.
#include "scenarios/history_file.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace drover::scenarios {
namespace {

/// The next number of a linear congruential generator; its high bits are random enough here.
std::int64_t step(std::uint64_t& seed, std::int64_t range) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::int64_t>(seed >> 33U) % (2 * range + 1) - range;
}

std::chrono::sys_days next_trading_day(std::chrono::sys_days day) {
    do {
        day += std::chrono::days(1);
    } while (std::chrono::weekday(day) == std::chrono::Saturday ||
             std::chrono::weekday(day) == std::chrono::Sunday);
    return day;
}

constexpr std::chrono::sys_days first_day{std::chrono::year(2000) / 1 / 3};

std::string day_text(std::chrono::sys_days day) {
    const std::chrono::year_month_day date(day);
    std::array<char, 16> text{};
    std::snprintf(text.data(),
                  text.size(),
                  "%04d-%02u-%02u",
                  int(date.year()),
                  unsigned(date.month()),
                  unsigned(date.day()));
    return text.data();
}

}  // namespace

std::string random_walk(int bars, std::uint64_t seed) {
    std::string text = "date,open,high,low,close,volume\n";
    std::int64_t close = 100'000;
    auto day = first_day;
    for (int bar = 0; bar < bars; ++bar, day = next_trading_day(day)) {
        const std::int64_t open = std::max<std::int64_t>(close + step(seed, 200), 1'000);
        close = std::max<std::int64_t>(open + step(seed, 1'500), 1'000);
        const std::int64_t high = std::max(open, close) + 50;
        const std::int64_t low = std::min(open, close) - 50;
        std::array<char, 160> line{};
        const auto cents = [](std::int64_t price) { return static_cast<double>(price) / 100; };
        std::snprintf(line.data(),
                      line.size(),
                      "%s,%.2f,%.2f,%.2f,%.2f,%d\n",
                      day_text(day).c_str(),
                      cents(open),
                      cents(high),
                      cents(low),
                      cents(close),
                      1000 + bar);
        text += line.data();
    }
    return text;
}

std::string last_day_of_random_walk(int bars) {
    auto day = first_day;
    for (int bar = 1; bar < bars; ++bar) {
        day = next_trading_day(day);
    }
    return day_text(day);
}

}  // namespace drover::scenarios
