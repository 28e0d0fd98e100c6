/// The two clocks of the host. Nothing else in it reads the system's clocks.
#pragma once

#include <chrono>
#include <cstdint>

namespace drover {

/// A moment on the monotonic clock: for deadlines, delays and durations.
using Monotonic = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

/// The monotonic clock now. It is the same for all processes of a machine.
[[nodiscard]] Monotonic monotonic_now();

/// The wall clock now, nanoseconds since 1970-01-01T00:00:00Z.
[[nodiscard]] std::int64_t wall_now();

}  // namespace drover
