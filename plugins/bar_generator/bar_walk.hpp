/// A random walk of prices, one bar after the other, in whole numbers only.
#pragma once

#include <cstdint>

#include "bar_generator/random_bits.hpp"

namespace drover {

inline constexpr std::int64_t seconds_a_day = 86'400;

/// One made-up bar. Prices in ticks of 0.01; low <= open, close <= high, all above 0.
struct WalkBar {
    std::int64_t open;
    std::int64_t high;
    std::int64_t low;
    std::int64_t close;
    std::int64_t volume;  ///< Units, above 0.
};

/// Makes bars whose price moves by about 1.2 % a day, more in some hours and less in others, as
/// volume does. A bar opens at most one tick from the close before it. The price turns back at an
/// eighth and at eight times the start, so it neither dies out nor leaves the range of prices.
///
/// The same arguments give the same bars on every machine and compiler: whole numbers only, no
/// distribution of the standard library. Changing any number here breaks that promise to everybody
/// who has written down a seed.
class BarWalk {
public:
    static constexpr std::int64_t least_start = 100;         ///< 1.00
    static constexpr std::int64_t most_start = 100'000'000;  ///< 1,000,000.00

    /// `start` is the first open in ticks, least_start to most_start; `bar_seconds` the length of a
    /// bar, above 0.
    BarWalk(std::uint64_t seed, std::int64_t start, std::int64_t bar_seconds);

    [[nodiscard]] WalkBar next();

private:
    void change_activity();
    void step();
    [[nodiscard]] std::int64_t price_in_ticks() const;

    RandomBits random_;
    std::int64_t price_;  ///< 1/65536 tick, so that short bars can move by less than a tick.
    std::int64_t lowest_;
    std::int64_t highest_;
    std::int64_t volatility_;   ///< Of a quarter of a bar at usual activity, in 2^-32.
    std::int64_t units_a_bar_;  ///< Volume of a bar at usual activity.
    std::int64_t activity_;     ///< 256 is usual.
    std::int64_t last_close_;   ///< Ticks.
};

}  // namespace drover
