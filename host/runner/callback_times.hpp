/// How long an agent's callbacks took together.
#pragma once

#include <cstdint>

namespace drover {

struct CallbackTimes {
    std::uint64_t count = 0;
    std::int64_t nanoseconds = 0;  ///< Each with the cost of one reading of the clock.
};

}  // namespace drover
