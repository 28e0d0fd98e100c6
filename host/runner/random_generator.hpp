/// The agents' random numbers: equal on every machine, compiler and run.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace drover {

/// xoshiro256** 1.0 (Blackman and Vigna), seeded by SplitMix64 as its authors advise.
class RandomGenerator {
public:
    explicit RandomGenerator(std::uint64_t seed) {
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

private:
    static std::uint64_t rotate_left(std::uint64_t value, unsigned count) {
        return (value << count) | (value >> (64U - count));
    }
    std::array<std::uint64_t, 4> state_{};
};

/// The seed of an agent: depends on the fleet's and the agent's name only (FNV-1a 64).
[[nodiscard]] inline std::uint64_t seed_of(std::string_view fleet, std::string_view agent) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const std::string_view text : {fleet, std::string_view("/"), agent}) {
        for (const char letter : text) {
            hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001B3ULL;
        }
    }
    return hash;
}

}  // namespace drover
