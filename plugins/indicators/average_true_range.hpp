/// Wilder's average true range, period by period, equal to TA-Lib's over the
/// whole row.
#pragma once

#include <cstddef>
#include <vector>

namespace drover {

/// High, low and close of one period, in price.
struct PriceRange {
    double high;
    double low;
    double close;
};

/// The true range of a period is the largest of high - low and the distances of
/// both from the close before it, so it starts with the second period. The
/// first average, at period `length + 1`, is the plain one of `length` true
/// ranges; from then on Wilder's: (value * (length - 1) + range) / length.
/// (Wilder, New Concepts in Technical Trading Systems, 1978.) Not thread-safe.
class AverageTrueRange {
public:
    /// 2 <= length <= 100000; anything else throws std::invalid_argument.
    explicit AverageTrueRange(int length);

    void push(const PriceRange& period);
    /// Forgets everything, as after a gap.
    void restart();

    [[nodiscard]] bool is_defined() const { return is_defined_; }
    /// In price; only once it is defined.
    [[nodiscard]] double value() const { return value_; }
    /// Periods it needs before it has a value.
    [[nodiscard]] std::size_t needed() const { return static_cast<std::size_t>(length_) + 1; }
    /// How many of those are known.
    [[nodiscard]] std::size_t known() const { return is_defined_ ? needed() : periods_.size(); }

    /// What survives a restart: the periods before the first value, else the last
    /// one and the value.
    struct Memory {
        std::vector<PriceRange> periods;
        bool is_defined = false;
        double value = 0;
    };
    [[nodiscard]] Memory memory() const { return {periods_, is_defined_, value_}; }
    void restore(const Memory& memory);

private:
    void take_first_value();

    int length_;
    std::vector<PriceRange> periods_;  ///< Before the first value all, then only the last.
    bool is_defined_ = false;
    double value_ = 0;
};

}  // namespace drover
