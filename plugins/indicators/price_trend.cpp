// Whether prices rise or fall, told by three exponential averages of the close.
#include "indicators/price_trend.hpp"

#include <cstddef>

namespace drover {

void PriceTrend::push(double close) {
    close_ = close;
    for (ExponentialAverage& average : averages_) {
        average.push(close);
    }
}

void PriceTrend::restart() {
    close_ = 0;
    for (ExponentialAverage& average : averages_) {
        average.restart();
    }
}

Trend PriceTrend::trend() const {
    const auto& [fast, pivot, slow] = averages_;
    if (!slow.is_defined()) {
        return Trend::unknown;
    }
    if (close_ >= fast.value() && fast.value() >= pivot.value() && pivot.value() >= slow.value()) {
        return Trend::up;
    }
    if (close_ <= fast.value() && fast.value() <= pivot.value() && pivot.value() <= slow.value()) {
        return Trend::down;
    }
    return Trend::mixed;
}

PriceTrend::Memory PriceTrend::memory() const {
    Memory memory;
    for (std::size_t index = 0; index < averages_.size(); ++index) {
        memory.averages[index] = {averages_[index].memory(), averages_[index].is_defined()};
    }
    memory.close = close_;
    return memory;
}

void PriceTrend::restore(const Memory& memory) {
    for (std::size_t index = 0; index < averages_.size(); ++index) {
        averages_[index].restore(memory.averages[index].memory, memory.averages[index].is_defined);
    }
    close_ = memory.close;
}

}  // namespace drover
