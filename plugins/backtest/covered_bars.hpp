/// How many bars are covered by at least one closed trade.
#pragma once

#include <cstdint>
#include <vector>

namespace drover {

/// Counts the union of intervals of bar indices that arrive in the order of their ends. Intervals
/// that no later one can touch are kept only as a count.
struct CoveredBars {
    struct Interval {
        std::int64_t first = 0;
        std::int64_t last = 0;  ///< Inclusive.
    };
    std::int64_t settled = 0;         ///< Bars of intervals that were let go.
    std::vector<Interval> intervals;  ///< Disjoint, in order.

    /// `last` is not below that of any interval before.
    void add(std::int64_t first, std::int64_t last);
    /// Promises that no later interval begins before `bar`.
    void settle_before(std::int64_t bar);
    [[nodiscard]] std::int64_t count() const;
};

}  // namespace drover
