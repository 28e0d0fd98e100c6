/// The random numbers a host gives an agent: xoshiro256**, seeded by splitmix64. Both are the
/// public-domain algorithms of Blackman and Vigna, https://prng.di.unimi.it.
#pragma once

#include <array>
#include <cstdint>

namespace drover::testing {

/// Where a generator stands.
using RandomState = std::array<std::uint64_t, 4>;

class Random {
public:
    explicit Random(std::uint64_t seed) {
        for (std::uint64_t& word : state_) {
            seed += 0x9E3779B97F4A7C15ULL;
            std::uint64_t mixed = seed;
            mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9ULL;
            mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBULL;
            word = mixed ^ (mixed >> 31U);
        }
    }

    /// Goes on where another one stood.
    explicit Random(const RandomState& state) : state_(state) {}
    [[nodiscard]] const RandomState& state() const { return state_; }

    [[nodiscard]] std::uint64_t next() {
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

private:
    static std::uint64_t rotate_left(std::uint64_t value, unsigned bits) {
        return (value << bits) | (value >> (64U - bits));
    }

    RandomState state_{};
};

}  // namespace drover::testing
