/// Falls of an equity series below its highest value, found as the equity arrives.
#pragma once

#include <cstdint>

namespace drover {

/// A drawdown lies between two bars at the highest equity so far that have at least one bar
/// between them; the last bar ends one that is still open. Sizes are fractions of the peak, 0 or
/// more. All members are sums, so that a restart can carry on.
struct Drawdowns {
    std::uint64_t bars = 0;
    double peak = 0;
    double deepest = 0;     ///< The largest size so far.
    double square_sum = 0;  ///< Of the size at each bar, for the ulcer index.

    std::uint64_t peak_bar = 0;  ///< Index of the last bar at a peak.
    std::int64_t peak_time = 0;  ///< Its stamp.
    double since_peak = 0;       ///< The largest size after it.
    std::int64_t last_time = 0;  ///< Stamp of the last bar.

    std::uint64_t count = 0;  ///< Drawdowns that have ended.
    double size_sum = 0;
    std::int64_t longest = 0;  ///< ns, peak to recovery.
    double duration_sum = 0;   ///< ns

    /// The next bar. Equity is above 0 as long as a size has a meaning.
    void add(std::int64_t time, double equity);
    /// The same with the last bar as the end of a drawdown that is open.
    [[nodiscard]] Drawdowns finished() const;

    /// sqrt(mean(size^2)) over all bars; NaN without bars.
    [[nodiscard]] double ulcer_index() const;
    /// NaN where none has ended.
    [[nodiscard]] double average_size() const;
    [[nodiscard]] double average_duration() const;

private:
    void end_one(std::uint64_t bar, std::int64_t time);
};

}  // namespace drover
