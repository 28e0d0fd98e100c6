#include "scenarios/undisturbed_draws.hpp"

#include "runner/random_generator.hpp"

namespace drover::scenarios {

std::uint64_t undisturbed_draw(const std::string& fleet,
                               const std::string& agent,
                               std::uint64_t number) {
    RandomGenerator numbers(seed_of(fleet, agent));
    std::uint64_t drawn = 0;
    for (std::uint64_t count = 0; count < number; ++count) {
        drawn = numbers.next();
    }
    return drawn;
}

}  // namespace drover::scenarios
