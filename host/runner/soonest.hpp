/// How long a loop may wait: until the soonest of all that is due.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "base/clock.hpp"

namespace drover {

/// One thread.
class Soonest {
public:
    void add(std::optional<Monotonic> due) {
        if (due) {
            due_ = due_ ? std::min(*due_, *due) : *due;
        }
    }
    /// From now on; nothing: without end.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> wait() const {
        // No difference to a time long past, which would overflow.
        const Monotonic now = monotonic_now();
        return due_ ? std::optional(std::max(*due_, now) - now) : std::nullopt;
    }

private:
    std::optional<Monotonic> due_;
};

}  // namespace drover
