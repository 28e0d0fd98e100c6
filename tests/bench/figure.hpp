/// One measured figure beside what it is compared with.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace drover::bench {

/// What a figure should reach.
struct Target {
    enum class Of {
        value,  ///< The median itself.
        ratio   ///< The median over the floor's median.
    };
    enum class Bound { at_most, at_least };

    Of of = Of::value;
    Bound bound = Bound::at_most;
    double limit = 0;
    /// A promise that holds in every run: the worst one decides, not the median. Of a ratio the
    /// worst run over the floor's median.
    bool judged_by_worst = false;

    [[nodiscard]] bool holds_for(double seen) const {
        return bound == Bound::at_most ? seen <= limit : seen >= limit;
    }
};

/// Own measurements and those of the floor or peer, taken in turns in the same run.
struct Figure {
    std::string name;   ///< A key for programs: "routed.batched.3".
    std::string title;  ///< For people.
    std::string unit;
    std::vector<double> runs;        ///< One value a run, in the order of measuring.
    std::string floor_name;          ///< What it is compared with; empty: nothing.
    std::vector<double> floor_runs;  ///< In the same unit.
    std::vector<Target> targets;     ///< All are to be reached.
    std::string note;                ///< What a reader must know; may be empty.

    [[nodiscard]] double value() const;                 ///< The median.
    [[nodiscard]] std::optional<double> floor() const;  ///< The floor's median.
    /// value() over floor(); nothing without a floor or with a floor of 0.
    [[nodiscard]] std::optional<double> ratio() const;
    /// Whether all targets are reached; nothing without a target.
    [[nodiscard]] std::optional<bool> is_met() const;
    /// How many runs miss a target that is judged by the worst.
    [[nodiscard]] std::size_t runs_that_miss() const;

private:
    /// What a target judges of a run, or of the median; nothing where it cannot be known.
    [[nodiscard]] std::optional<double> judged(const Target& target, double seen) const;
};

}  // namespace drover::bench
