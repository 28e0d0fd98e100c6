/// How many messages a receiver lets the router have in flight for it, by how long each keeps it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "wire/credit_window.hpp"

namespace drover {

/// What is in flight waits in ZeroMQ's and the kernel's buffers, where nothing newer takes its
/// place: it grows old by the time of all that is ahead of it. A fast receiver works best through
/// much at once. One thread.
class CreditPace {
public:
    /// No more than keep the receiver busy for `longest`; `usual` until that is known.
    CreditPace(const CreditWindow& usual, std::chrono::nanoseconds longest)
        : window_(usual.frames),
          most_(usual.frames * CreditWindow::most_times),
          longest_(longest) {}

    /// So many messages, at least one, were handled in that time.
    void note(std::uint32_t messages, std::chrono::nanoseconds took) {
        const auto each = took / messages;
        average_ = is_known_ ? (average_ * (memory - 1) + each) / memory : each;
        is_known_ = true;
        const bool is_fast = average_ * most_ <= longest_;
        window_ = is_fast ? most_
                          : std::clamp(static_cast<std::uint32_t>(longest_ / average_),
                                       std::min(least, most_),
                                       most_);
    }

    /// In frames. At least two, so that one is at hand while the other is handled.
    [[nodiscard]] std::uint32_t window() const { return window_; }

private:
    static constexpr int memory = 4;  ///< A single long callback is forgotten soon.
    static constexpr std::uint32_t least = 2;

    std::uint32_t window_;
    std::uint32_t most_;
    std::chrono::nanoseconds longest_;
    std::chrono::nanoseconds average_{0};
    bool is_known_ = false;
};

}  // namespace drover
