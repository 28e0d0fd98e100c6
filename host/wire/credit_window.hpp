/// How much a receiver may have in flight, as both ends of a link reckon it. Rules: docs/wire.md.
#pragma once

#include <algorithm>
#include <cstdint>

namespace drover {

struct CreditWindow {
    /// So many times the fleet's window a receiver may ask for.
    static constexpr std::uint32_t most_times = 4;

    std::uint32_t frames = 256;
    std::uint64_t bytes = std::uint64_t{1} << 20U;

    /// The window of a receiver that asks for `wanted` frames where this is the fleet's; 0: this
    /// one. More frames bring their part of bytes along, fewer leave the bytes as they are.
    [[nodiscard]] CreditWindow asked_for(std::uint32_t wanted) const {
        if (wanted == 0) {
            return *this;
        }
        const std::uint32_t given = std::min(wanted, frames * most_times);
        return {given, std::max(bytes, bytes * given / std::max(frames, std::uint32_t{1}))};
    }
};

}  // namespace drover
