// Falls of an equity series below its highest value, found as the equity arrives.
#include "backtest/drawdowns.hpp"

#include <algorithm>
#include <cmath>

#include "backtest/figure.hpp"

namespace drover {

void Drawdowns::add(std::int64_t time, double equity) {
    const std::uint64_t bar = bars++;
    last_time = time;
    if (bar == 0 || equity >= peak) {
        if (bar > 0) {
            end_one(bar, time);
        }
        peak = equity;
        peak_bar = bar;
        peak_time = time;
        since_peak = 0;
        return;
    }
    const double size = 1 - equity / peak;
    deepest = std::max(deepest, size);
    since_peak = std::max(since_peak, size);
    square_sum += size * size;
}

Drawdowns Drawdowns::finished() const {
    Drawdowns result = *this;
    if (bars > 0) {
        result.end_one(bars - 1, last_time);
    }
    return result;
}

double Drawdowns::ulcer_index() const {
    return bars == 0 ? undefined : std::sqrt(square_sum / static_cast<double>(bars));
}

double Drawdowns::average_size() const {
    return count == 0 ? undefined : size_sum / static_cast<double>(count);
}

double Drawdowns::average_duration() const {
    return count == 0 ? undefined : duration_sum / static_cast<double>(count);
}

void Drawdowns::end_one(std::uint64_t bar, std::int64_t time) {
    if (bar <= peak_bar + 1) {
        return;
    }
    ++count;
    size_sum += since_peak;
    longest = std::max(longest, time - peak_time);
    duration_sum += static_cast<double>(time - peak_time);
}

}  // namespace drover
