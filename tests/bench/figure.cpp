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
    return runs_that_miss() == 0 && std::ranges::all_of(targets, [this](const Target& target) {
               const auto seen = judged(target, value());
               return seen && target.holds_for(*seen);
           });
}

std::size_t Figure::runs_that_miss() const {
    return static_cast<std::size_t>(std::ranges::count_if(runs, [this](double run) {
        return std::ranges::any_of(targets, [this, run](const Target& target) {
            const auto seen = judged(target, run);
            return target.judged_by_worst && seen && !target.holds_for(*seen);
        });
    }));
}

std::optional<double> Figure::judged(const Target& target, double seen) const {
    if (target.of == Target::Of::value) {
        return seen;
    }
    const auto beside = floor();
    return beside && *beside != 0 ? std::optional(seen / *beside) : std::nullopt;
}

}  // namespace drover::bench
