// The bars of one symbol and interval as the patterns see them: in order, and
// without holes.
#include "pattern_recognition/bar_series.hpp"

#include <algorithm>

namespace drover {

std::uint64_t BarSeries::arrive(const BarPlace& place, std::uint64_t reported) {
    std::uint64_t missing = reported;
    const bool same_row = place.publisher == place_.publisher &&
                          place.incarnation == place_.incarnation && place_.sequence != 0;
    if (same_row && place.sequence > place_.sequence + 1) {
        missing = std::max(missing, place.sequence - place_.sequence - 1);
    }
    place_ = place;
    if (missing > 0) {
        crossover_.restart();
        levels_.restart();
        refilling_ = true;
    }
    return missing;
}

std::optional<Crossing> BarSeries::take(const drover_bar& bar) {
    if (bar.close_time <= last_close_time_) {
        ++late_bars_;
        levels_.forget_news();
        return std::nullopt;
    }
    last_close_time_ = bar.close_time;
    levels_.take(bar);
    const CrossoverSide crossed = crossover_.push(bar.close);
    refilling_ = refilling_ && !crossover_.is_defined();
    if (crossed == CrossoverSide::undecided || (bar.flags & DROVER_BAR_WARM_UP) != 0) {
        return std::nullopt;
    }
    return Crossing{crossed, crossover_.fast_average(), crossover_.slow_average()};
}

void BarSeries::restore(const Memory& memory,
                        const SmaCrossover& crossover,
                        const LevelWatch::Memory& levels) {
    crossover_ = crossover;
    levels_.restore(levels);
    place_ = memory.place;
    last_close_time_ = memory.last_close_time;
    late_bars_ = memory.late_bars;
    refilling_ = memory.refilling;
}

}  // namespace drover
