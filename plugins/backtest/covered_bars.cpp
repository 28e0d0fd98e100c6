// How many bars are covered by at least one closed trade.
#include "backtest/covered_bars.hpp"

#include <algorithm>

namespace drover {

void CoveredBars::add(std::int64_t first, std::int64_t last) {
    while (!intervals.empty() && intervals.back().last >= first) {
        first = std::min(first, intervals.back().first);
        intervals.pop_back();
    }
    intervals.push_back({first, last});
}

void CoveredBars::settle_before(std::int64_t bar) {
    const auto open = std::find_if(intervals.begin(),
                                   intervals.end(),
                                   [&](const Interval& interval) { return interval.last >= bar; });
    for (auto interval = intervals.begin(); interval != open; ++interval) {
        settled += interval->last - interval->first + 1;
    }
    intervals.erase(intervals.begin(), open);
}

std::int64_t CoveredBars::count() const {
    std::int64_t bars = settled;
    for (const Interval& interval : intervals) {
        bars += interval.last - interval.first + 1;
    }
    return bars;
}

}  // namespace drover
