/// The random numbers of made-up bars: equal on every machine and compiler.
#pragma once

#include <array>
#include <cstdint>

namespace drover {

/// xoshiro256** 1.0, seeded by SplitMix64: public-domain algorithms of Blackman and Vigna,
/// https://prng.di.unimi.it. What comes out for a seed is part of the promise of `drover generate`
/// and must never change.
class RandomBits {
public:
    explicit RandomBits(std::uint64_t seed) {
        for (std::uint64_t& word : state_) {
            seed += 0x9E3779B97F4A7C15ULL;
            std::uint64_t mixed = seed;
            mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9ULL;
            mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBULL;
            word = mixed ^ (mixed >> 31U);
        }
    }

    std::uint64_t next() {
        const std::uint64_t result = rotate_left(state_[1] * 5, 7) * 9;
        const std::uint64_t shifted = state_[1] << 17U;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = rotate_left(state_[3], 45);
        return result;
    }

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
    static std::uint64_t rotate_left(std::uint64_t value, unsigned count) {
        return (value << count) | (value >> (64U - count));
    }
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace drover
