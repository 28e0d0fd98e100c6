/// Prints the messages of a tap: those that match, so many, and so many a second.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/clock.hpp"
#include "runner/tap_request.hpp"
#include "wire/frame_json.hpp"

namespace drover {

/// One thread.
class TapPrinter {
public:
    /// `request` must outlive the printer.
    explicit TapPrinter(const TapRequest& request);

    /// Prints the message of this frame if it matches and has its share; what is malformed is
    /// passed over.
    void print(std::span<const std::byte> frame);
    /// Puts out what was printed. False when it cannot be written.
    [[nodiscard]] bool flush();
    [[nodiscard]] bool has_enough() const {
        return request_.count > 0 && printed_ >= request_.count;
    }
    [[nodiscard]] std::uint64_t printed() const { return printed_; }

private:
    [[nodiscard]] bool is_too_many();

    const TapRequest& request_;
    FrameNames names_;
    std::uint64_t printed_ = 0;
    Monotonic second_began_{};
    std::uint64_t in_second_ = 0;
    std::uint64_t passed_over_ = 0;  ///< In the running second.
};

}  // namespace drover
