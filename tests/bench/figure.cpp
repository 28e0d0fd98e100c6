#include "bench/figure.hpp"

#include <algorithm>

#include "bench/statistics.hpp"

namespace drover::bench {

double Figure::value() const {
    return median(runs);
}

std::optional<double> Figure::floor() const {
    return floor_runs.empty() ? std::nullopt : std::optional(median(floor_runs));
}

std::optional<double> Figure::ratio() const {
    const auto beside = floor();
    return beside && *beside != 0 ? std::optional(value() / *beside) : std::nullopt;
}

std::optional<bool> Figure::is_met() const {
    if (targets.empty() || runs.empty()) {
        return std::nullopt;
    }
    return std::ranges::all_of(targets, [this](const Target& target) {
        const auto seen = target.of == Target::Of::value ? std::optional(value()) : ratio();
        return seen && (target.bound == Target::Bound::at_most ? *seen <= target.limit
                                                               : *seen >= target.limit);
    });
}

}  // namespace drover::bench
