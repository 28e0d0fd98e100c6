/// Bars for the tests of the pattern recognition agent.
#pragma once

#include <string>
#include <vector>

#include <drover/testing/harness.hpp>

#include "pattern_recognition/pattern_recognition_agent.hpp"

namespace drover {

constexpr std::int64_t day = 86'400'000'000'000;
constexpr std::int64_t one = 1'000'000'000;
constexpr const char* bar_topic = "market.bar.SPX.1d";

/// A daily bar, number 0 on 1970-01-01. Prices in whole units.
inline drover_bar bar_of(
    int number, std::int64_t low, std::int64_t high, std::int64_t close, std::uint32_t flags = 0) {
    drover_bar bar{};
    set_text(bar.symbol, "SPX");
    set_text(bar.interval, "1d");
    bar.open_time = number * day;
    bar.close_time = (number + 1) * day;
    bar.open = bar.close = close * one;
    bar.high = high * one;
    bar.low = low * one;
    bar.flags = flags;
    return bar;
}

inline drover_bar bar_of(int number, std::int64_t close, std::uint32_t flags = 0) {
    return bar_of(number, close, close, close, flags);
}

inline void give(testing::Harness& harness, const drover_bar& bar) {
    harness.deliver(bar_topic, bar, bar.close_time, "market-data");
}

}  // namespace drover
