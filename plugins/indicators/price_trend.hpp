/// Whether prices rise or fall, told by three exponential averages of the
/// close.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "indicators/exponential_average.hpp"

namespace drover {

enum class Trend : std::int8_t { down = -1, mixed = 0, up = 1, unknown = 2 };

/// Up if close >= EMA 8 >= EMA 21 >= EMA 34, down if all of it the other way
/// round, else mixed; unknown until there are 34 closes. All equal is up, as it
/// comes first. Not thread-safe.
class PriceTrend {
public:
    void push(double close);
    /// Forgets everything, as after a gap.
    void restart();

    [[nodiscard]] Trend trend() const;

    /// What survives a restart, for each average and the last close.
    struct Memory {
        struct Average {
            std::vector<double> memory;
            bool is_defined = false;
        };
        std::array<Average, 3> averages;
        double close = 0;
    };
    [[nodiscard]] Memory memory() const;
    void restore(const Memory& memory);

private:
    std::array<ExponentialAverage, 3> averages_{
        ExponentialAverage(8), ExponentialAverage(21), ExponentialAverage(34)};
    double close_ = 0;
};

}  // namespace drover
