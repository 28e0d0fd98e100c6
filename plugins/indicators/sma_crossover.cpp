// The crossover of two simple moving averages, decided on exact sums.
#include "indicators/sma_crossover.hpp"

#include <limits>
#include <stdexcept>
#include <string>

namespace drover {

namespace {

constexpr double units_per_price = 1e9;

}  // namespace

SmaCrossover::SmaCrossover(std::size_t fast, std::size_t slow) : fast_(fast), window_(slow) {
    if (fast < 1 || fast >= slow || slow > longest) {
        throw std::invalid_argument(
            "An SMA crossover needs 1 <= fast < slow <= " + std::to_string(longest) + "; fast is " +
            std::to_string(fast) + " and slow is " + std::to_string(slow) + ".");
    }
}

CrossoverSide SmaCrossover::push(std::int64_t close) {
    add(close);
    if (!is_defined()) {
        return CrossoverSide::undecided;
    }
    const CrossoverSide before = side_;
    const CrossoverSide after = compare();
    if (after == CrossoverSide::undecided || after == before) {
        return CrossoverSide::undecided;
    }
    side_ = after;
    return before == CrossoverSide::undecided ? CrossoverSide::undecided : after;
}

void SmaCrossover::restart() {
    next_ = 0;
    count_ = 0;
    fast_sum_ = 0;
    slow_sum_ = 0;
    side_ = CrossoverSide::undecided;
}

double SmaCrossover::fast_average() const {
    return count_ < fast_
               ? std::numeric_limits<double>::quiet_NaN()
               : static_cast<double>(fast_sum_) / static_cast<double>(fast_) / units_per_price;
}

double SmaCrossover::slow_average() const {
    return !is_defined()
               ? std::numeric_limits<double>::quiet_NaN()
               : static_cast<double>(slow_sum_) / static_cast<double>(slow()) / units_per_price;
}

std::vector<std::int64_t> SmaCrossover::closes() const {
    std::vector<std::int64_t> closes;
    closes.reserve(count_);
    const std::size_t oldest = is_defined() ? next_ : 0;
    for (std::size_t index = 0; index < count_; ++index) {
        closes.push_back(window_[(oldest + index) % window_.size()]);
    }
    return closes;
}

void SmaCrossover::restore(const std::vector<std::int64_t>& closes, CrossoverSide side) {
    restart();
    for (const std::int64_t close : closes) {
        add(close);
    }
    side_ = side;
}

CrossoverSide SmaCrossover::compare() const {
    const Sum difference =
        static_cast<Sum>(slow()) * fast_sum_ - static_cast<Sum>(fast_) * slow_sum_;
    if (difference == 0) {
        return CrossoverSide::undecided;
    }
    return difference > 0 ? CrossoverSide::fast_above : CrossoverSide::slow_above;
}

void SmaCrossover::add(std::int64_t close) {
    const std::size_t length = window_.size();
    if (count_ >= fast_) {
        fast_sum_ -= window_[(next_ + length - fast_) % length];
    }
    if (count_ == length) {
        slow_sum_ -= window_[next_];
    } else {
        ++count_;
    }
    window_[next_] = close;
    fast_sum_ += close;
    slow_sum_ += close;
    next_ = next_ + 1 == length ? 0 : next_ + 1;
}

}  // namespace drover
