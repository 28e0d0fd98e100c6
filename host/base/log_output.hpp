/// Where the lines of the host's log go: a descriptor that may be a pipe which nobody reads.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace drover {

/// Writes whole lines in their order. At first a line waits for the reader, however long; after
/// `keep_from_blocking` it never does: what the descriptor does not take is kept, and what is more
/// than `most_kept` left out and counted. One thread at a time.
class LogOutput {
public:
    static constexpr std::size_t most_kept = std::size_t{1} << 20U;

    explicit LogOutput(int descriptor) : descriptor_(descriptor) {}

    /// From now on at most `patience` is waited for a reader, and only by the first line that finds
    /// none; not again until everything is out.
    void keep_from_blocking(std::chrono::milliseconds patience);

    /// `line` without its end.
    void write(std::string_view line);
    /// Writes what is kept, as far as that needs no waiting.
    void flush() { static_cast<void>(write_kept(Monotonic{})); }
    /// The same, and waits for the reader until `deadline`.
    void finish(Monotonic deadline) { static_cast<void>(write_kept(deadline)); }

    /// Whether lines are kept that are not written.
    [[nodiscard]] bool has_kept() const { return begin_ < kept_.size(); }
    /// How many lines were left out since this was asked for last; 0 while some are kept, because
    /// the place to tell it is behind them.
    [[nodiscard]] std::uint64_t take_left_out();

private:
    [[nodiscard]] bool write_kept(Monotonic deadline);
    [[nodiscard]] bool may_write(Monotonic deadline) const;

    int descriptor_;
    bool may_block_ = true;
    bool is_stuck_ = false;  ///< A line has found no reader, and something is kept since.
    std::chrono::milliseconds patience_{0};
    std::string kept_;
    std::size_t begin_ = 0;  ///< What is before it in `kept_` is written.
    std::uint64_t left_out_ = 0;
};

}  // namespace drover
