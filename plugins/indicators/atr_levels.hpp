/// The ATR levels of one symbol in one period mode, and when the price first
/// touches them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "indicators/average_true_range.hpp"
#include "indicators/bar_periods.hpp"

namespace drover {

inline constexpr std::size_t atr_level_count = 18;
/// The distances of the levels from the last close, in thousandths of the
/// average true range.
inline constexpr std::array<std::int64_t, atr_level_count> atr_level_thousandths{236,
                                                                                 382,
                                                                                 500,
                                                                                 618,
                                                                                 786,
                                                                                 1000,
                                                                                 1236,
                                                                                 1382,
                                                                                 1500,
                                                                                 1618,
                                                                                 1786,
                                                                                 2000,
                                                                                 2236,
                                                                                 2382,
                                                                                 2500,
                                                                                 2618,
                                                                                 2786,
                                                                                 3000};

/// One level: which of atr_level_thousandths, on which side of the last close.
struct AtrLevel {
    std::size_t index;
    bool is_above;

    /// The distance in average true ranges, below 0 under the last close.
    [[nodiscard]] double multiple() const {
        const auto thousandths = static_cast<double>(atr_level_thousandths[index]);
        return (is_above ? thousandths : -thousandths) / 1000;
    }
};

/// A level that a bar touched first in its period.
struct LevelTouch {
    AtrLevel level;
    std::int64_t price;   ///< Of the level, 1e-9.
    bool is_jumped_over;  ///< It lies between the last close and the bar, not
                          ///< inside the bar.
};

/// What the levels need of a bar. Prices in 1e-9, times in ns since the epoch.
struct LevelBar {
    std::int64_t open_time;
    std::int64_t close_time;
    std::int64_t high;
    std::int64_t low;
    std::int64_t close;
};

/// After Saty Mahajan, "Saty ATR Levels", 2023-02-06. At the first bar of a new
/// period the levels are P +- k * A, where P is the close and A the 14-period
/// average true range of the last completed period; they stay until the period
/// ends. k * A is rounded to the nearest 1e-9, A is not. Bars come in order,
/// one at a time. Allocates while the first 15 periods are gathered only. Not
/// thread-safe.
class AtrLevels {
public:
    static constexpr int average_length = 14;

    explicit AtrLevels(PeriodMode mode) : mode_(mode) {}

    /// Takes the next bar and appends the levels that it touches first in its
    /// period. A level is touched when it lies inside the bar, low and high
    /// included, or between the close before and the bar. A bar longer than a
    /// period is ignored: no period can be made of it.
    void push(const LevelBar& bar, std::vector<LevelTouch>& touches);
    /// Forgets everything, as after lost bars. The first period then counts only
    /// if the first bar opens where it begins, because the lost bars may belong
    /// to it.
    void restart();

    [[nodiscard]] PeriodMode mode() const { return mode_; }
    /// Whether the last bar was longer than a period, so that there are no
    /// levels.
    [[nodiscard]] bool has_too_long_bars() const { return has_too_long_bars_; }
    /// Whether a bar that opens then is the first of a period.
    [[nodiscard]] bool begins_period(std::int64_t open_time) const {
        return !running_ || period_start(mode_, open_time) > running_->start;
    }
    /// Whether the running period has levels.
    [[nodiscard]] bool has_levels() const { return base_.has_value(); }
    /// Completed periods that the average knows, of `periods_needed`.
    [[nodiscard]] std::size_t periods_known() const { return average_.known(); }
    [[nodiscard]] std::size_t periods_needed() const { return average_.needed(); }

    /// 00:00 of the first date of the running period. Only after a bar.
    [[nodiscard]] std::int64_t running_period() const { return running_->start; }
    // Only while there are levels:
    [[nodiscard]] std::int64_t last_close() const { return base_->last_close; }  ///< P, 1e-9.
    [[nodiscard]] double average_range() const { return base_->average_range; }  ///< A, in price.
    [[nodiscard]] std::int64_t price(AtrLevel level) const {                     ///< 1e-9
        return (level.is_above ? above_ : below_)[level.index];
    }
    /// (high - low so far in the running period) / A * 100.
    [[nodiscard]] double range_percent() const;

    /// What survives a restart of the program.
    struct Memory {
        struct Running {
            std::int64_t start;
            std::int64_t high;
            std::int64_t low;
            std::int64_t close;
            bool is_whole;  ///< It began on its first session, or is not the first.
        };
        struct Base {
            std::int64_t last_close;
            double average_range;
        };
        AverageTrueRange::Memory average;
        std::optional<Running> running;
        std::optional<Base> base;
        std::uint64_t touched = 0;
        bool is_after_loss = false;
    };
    [[nodiscard]] Memory memory() const {
        return {average_.memory(), running_, base_, touched_, is_after_loss_};
    }
    void restore(const Memory& memory);

private:
    void begin_period(const LevelBar& bar, std::int64_t start);
    void complete_period();
    void place_levels();
    void find_touches(std::int64_t low,
                      std::int64_t high,
                      const LevelBar& bar,
                      std::vector<LevelTouch>& touches);

    PeriodMode mode_;
    AverageTrueRange average_{average_length};
    std::optional<Memory::Running> running_;
    std::optional<Memory::Base> base_;
    std::array<std::int64_t, atr_level_count> above_{};  ///< Made from base_.
    std::array<std::int64_t, atr_level_count> below_{};
    std::uint64_t touched_ = 0;  ///< One bit a level: above first, then below.
    bool is_after_loss_ = false;
    bool has_too_long_bars_ = false;
};

}  // namespace drover
