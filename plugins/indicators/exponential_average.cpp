// An exponential moving average, value by value, equal to TA-Lib's over the
// whole row.
#include "indicators/exponential_average.hpp"

#include <stdexcept>
#include <string>

#include <ta_libc.h>

namespace drover {

ExponentialAverage::ExponentialAverage(int period)
    : period_(period), weight_(2.0 / static_cast<double>(period + 1)) {
    if (period < 2 || period > 100'000) {
        throw std::invalid_argument("An exponential average needs a period from 2 to 100000, not " +
                                    std::to_string(period) + ".");
    }
    first_.reserve(static_cast<std::size_t>(period));
}

void ExponentialAverage::push(double input) {
    if (is_defined_) {
        value_ = (input - value_) * weight_ + value_;  // In the order of TA_EMA.
        return;
    }
    first_.push_back(input);
    if (first_.size() < static_cast<std::size_t>(period_)) {
        return;
    }
    int begin = 0;
    int count = 0;
    const TA_RetCode code = TA_EMA(0, period_ - 1, first_.data(), period_, &begin, &count, &value_);
    if (code != TA_SUCCESS || count != 1) {
        throw std::runtime_error("TA_EMA failed with code " + std::to_string(code) + ".");
    }
    is_defined_ = true;
    first_.clear();
}

void ExponentialAverage::restart() {
    first_.clear();
    is_defined_ = false;
    value_ = 0;
}

std::vector<double> ExponentialAverage::memory() const {
    return is_defined_ ? std::vector<double>{value_} : first_;
}

void ExponentialAverage::restore(const std::vector<double>& memory, bool was_defined) {
    restart();
    if (was_defined) {
        is_defined_ = true;
        value_ = memory.at(0);
        return;
    }
    for (const double input : memory) {
        push(input);
    }
}

}  // namespace drover
