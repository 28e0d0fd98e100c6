/// The random numbers of an agent that nobody disturbs.
#pragma once

#include <cstdint>
#include <string>

namespace drover::scenarios {

/// Its draw of that number, from 1, of an agent of a fleet.
[[nodiscard]] std::uint64_t undisturbed_draw(const std::string& fleet,
                                             const std::string& agent,
                                             std::uint64_t number);

}  // namespace drover::scenarios
