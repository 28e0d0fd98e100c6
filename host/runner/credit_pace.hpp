/// How many messages a receiver lets the router have in flight for it, by how long each keeps it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace drover {

/// What is in flight waits in ZeroMQ's and the kernel's buffers, where nothing newer takes its
/// place: it grows old by the time of all that is ahead of it. One thread.
class CreditPace {
public:
    /// At most `most` messages, and no more than keep the receiver busy for `longest`.
    CreditPace(std::uint32_t most, std::chrono::nanoseconds longest)
        : most_(most), longest_(longest) {}

    /// So many messages, at least one, were handled in that time.
    void note(std::uint32_t messages, std::chrono::nanoseconds took) {
        const auto each = took / messages;
        average_ = is_known_ ? (average_ * (memory - 1) + each) / memory : each;
        is_known_ = true;
    }

    /// At least two, so that one is at hand while the other is handled.
    [[nodiscard]] std::uint32_t window() const {
        if (average_ * most_ <= longest_) {
            return most_;
        }
        const auto fitting = static_cast<std::uint32_t>(longest_ / average_);
        return std::min(most_, std::max(fitting, least));
    }

private:
    static constexpr int memory = 4;  ///< A single long callback is forgotten soon.
    static constexpr std::uint32_t least = 2;

    std::uint32_t most_;
    std::chrono::nanoseconds longest_;
    std::chrono::nanoseconds average_{0};
    bool is_known_ = false;
};

}  // namespace drover
