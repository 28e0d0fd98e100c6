/// An exponential moving average, value by value, equal to TA-Lib's over the
/// whole row.
#pragma once

#include <cstddef>
#include <vector>

namespace drover {

/// The first value is the plain average of the first `period` inputs, as TA_EMA
/// has it; from then on value += (input - value) * 2 / (period + 1). Not
/// thread-safe.
class ExponentialAverage {
public:
    /// 2 <= period <= 100000; anything else throws std::invalid_argument.
    explicit ExponentialAverage(int period);

    void push(double input);
    /// Forgets everything, as after a gap.
    void restart();

    [[nodiscard]] bool is_defined() const { return is_defined_; }
    /// Only once it is defined.
    [[nodiscard]] double value() const { return value_; }

    /// What survives a restart: the inputs so far, or the one value.
    [[nodiscard]] std::vector<double> memory() const;
    void restore(const std::vector<double>& memory, bool was_defined);

private:
    int period_;
    double weight_;
    std::vector<double> first_;  ///< Inputs before the first value.
    bool is_defined_ = false;
    double value_ = 0;
};

}  // namespace drover
