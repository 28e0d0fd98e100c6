// Wilder's average true range, period by period, equal to TA-Lib's over the
// whole row.
#include "indicators/average_true_range.hpp"

#include <array>
#include <stdexcept>
#include <string>

#include <ta_libc.h>

namespace drover {

namespace {

void check(TA_RetCode code, int count, const char* function) {
    if (code != TA_SUCCESS || count != 1) {
        throw std::runtime_error(std::string(function) + " failed with code " +
                                 std::to_string(code) + ".");
    }
}

double true_range(const PriceRange& before, const PriceRange& period) {
    const std::array<double, 2> highs{before.high, period.high};
    const std::array<double, 2> lows{before.low, period.low};
    const std::array<double, 2> closes{before.close, period.close};
    int begin = 0;
    int count = 0;
    double range = 0;
    const TA_RetCode code =
        TA_TRANGE(1, 1, highs.data(), lows.data(), closes.data(), &begin, &count, &range);
    check(code, count, "TA_TRANGE");
    return range;
}

}  // namespace

AverageTrueRange::AverageTrueRange(int length) : length_(length) {
    if (length < 2 || length > 100'000) {
        throw std::invalid_argument("An average true range needs 2 to 100000 periods, not " +
                                    std::to_string(length) + ".");
    }
}

void AverageTrueRange::push(const PriceRange& period) {
    if (is_defined_) {
        // In the order of TA_ATR, so that the value is the same to the last bit.
        value_ *= length_ - 1;
        value_ += true_range(periods_.back(), period);
        value_ /= length_;
        periods_.back() = period;
        return;
    }
    periods_.push_back(period);
    if (periods_.size() == needed()) {
        take_first_value();
    }
}

void AverageTrueRange::take_first_value() {
    std::vector<double> highs;
    std::vector<double> lows;
    std::vector<double> closes;
    for (const PriceRange& period : periods_) {
        highs.push_back(period.high);
        lows.push_back(period.low);
        closes.push_back(period.close);
    }
    int begin = 0;
    int count = 0;
    const TA_RetCode code = TA_ATR(
        0, length_, highs.data(), lows.data(), closes.data(), length_, &begin, &count, &value_);
    check(code, count, "TA_ATR");
    is_defined_ = true;
    periods_.erase(periods_.begin(), periods_.end() - 1);
}

void AverageTrueRange::restart() {
    periods_.clear();
    is_defined_ = false;
    value_ = 0;
}

void AverageTrueRange::restore(const Memory& memory) {
    periods_ = memory.periods;
    is_defined_ = memory.is_defined;
    value_ = memory.value;
}

}  // namespace drover
