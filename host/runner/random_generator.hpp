/// The agents' random numbers: equal on every machine, compiler and run.
#pragma once

#include <cstdint>
#include <string_view>

#include <drover/testing/random.hpp>

namespace drover {

/// What the SDK's harness gives to agents under test.
using RandomGenerator = testing::Random;

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
