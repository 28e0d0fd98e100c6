/// The random numbers of made-up bars: equal on every machine and compiler.
#pragma once

#include <cstdint>

#include <drover/testing/random.hpp>

namespace drover {

/// What comes out for a seed is part of the promise of `drover generate` and must never change.
class RandomBits {
public:
    explicit RandomBits(std::uint64_t seed) : random_(seed) {}

    std::uint64_t next() { return random_.next(); }

    /// Bell-shaped around 0: the sum of four even 16-bit numbers. Its standard deviation is `bell`,
    /// its bounds are about 3.46 of those.
    std::int64_t next_bell() {
        const std::uint64_t bits = next();
        const std::uint64_t sum = (bits & 0xFFFFU) + ((bits >> 16U) & 0xFFFFU) +
                                  ((bits >> 32U) & 0xFFFFU) + (bits >> 48U);
        return static_cast<std::int64_t>(sum) - 2 * 0xFFFF;
    }
    static constexpr std::int64_t bell = 37'837;

private:
    testing::Random random_;
};

}  // namespace drover
