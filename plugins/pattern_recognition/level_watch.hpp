/// The ATR levels of one series of bars, in all modes that were asked for.
#pragma once

#include <cstddef>
#include <vector>

#include <drover/trading/market.h>

#include "indicators/atr_levels.hpp"
#include "indicators/price_trend.hpp"

namespace drover {

/// Tells when levels appear and when the price first touches one. Not
/// thread-safe.
class LevelWatch {
public:
    /// Watches nothing where there are no modes.
    explicit LevelWatch(const std::vector<PeriodMode>& modes = {});

    /// What a bar brought in one mode.
    struct News {
        std::size_t mode;                 ///< Which of modes().
        bool have_appeared;               ///< Its levels were not told of before.
        std::vector<LevelTouch> touches;  ///< From the last close outwards, above first.
    };

    /// Takes the next bar; the news are those of this bar. A warm-up bar moves
    /// everything and is no news, but for levels that are still there with the
    /// first bar behind the warm-up.
    void take(const drover_bar& bar);
    /// For a bar that is not taken.
    void forget_news();
    /// Forgets everything, as after lost bars.
    void restart();

    [[nodiscard]] const std::vector<News>& news() const { return news_; }
    [[nodiscard]] const PriceTrend& trend() const { return trend_; }
    [[nodiscard]] const std::vector<AtrLevels>& modes() const { return modes_; }
    /// Whether with the last bar levels went missing, came back, or are a period
    /// nearer.
    [[nodiscard]] bool has_changed() const { return has_changed_; }

    /// What survives a restart of the program.
    struct Memory {
        struct Mode {
            PeriodMode mode;
            AtrLevels::Memory levels;
            bool is_told;
        };
        std::vector<Mode> modes;
        PriceTrend::Memory trend;
    };
    [[nodiscard]] Memory memory() const;
    /// Modes that are not watched any more are left out; new ones start from
    /// nothing.
    void restore(const Memory& memory);

private:
    void take(std::size_t index, const drover_bar& bar);

    std::vector<AtrLevels> modes_;
    std::vector<bool> is_told_;  ///< Whether the levels of the running period were news already.
    PriceTrend trend_;
    std::vector<News> news_;
    std::vector<LevelTouch> touches_;  ///< Of one mode; kept for its memory.
    bool has_changed_ = false;
};

}  // namespace drover
