/// The bars of one symbol and interval as the patterns see them: in order, and
/// without holes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <drover/trading/market.h>

#include "indicators/sma_crossover.hpp"
#include "pattern_recognition/level_watch.hpp"

namespace drover {

/// Where a message of bars stands in the row of its topic.
struct BarPlace {
    std::uint32_t publisher = 0;
    std::uint32_t incarnation = 0;
    std::uint64_t sequence = 0;  ///< Of the topic; 0 where it is not known.
};

/// A crossing that a bar completed. The averages are for display.
struct Crossing {
    CrossoverSide side;
    double fast;
    double slow;
};

/// Follows one series. Bars that are not later than the last one are dropped;
/// after lost bars the averages and levels start again from nothing, because
/// averages over a hole are averages of something else.
class BarSeries {
public:
    BarSeries(std::string symbol,
              std::string interval,
              const SmaCrossover& empty,
              const LevelWatch& no_levels = LevelWatch())
        : symbol_(std::move(symbol)),
          interval_(std::move(interval)),
          crossover_(empty),
          levels_(no_levels) {}

    /// Notes the place of the next message. `reported` is what the host says is
    /// missing before it. Returns how many messages are missing, by the host's
    /// count or by this series' own, which also sees what was lost while the
    /// agent was down. Above 0 the averages start again.
    std::uint64_t arrive(const BarPlace& place, std::uint64_t reported);

    /// Takes a bar. A crossing is returned unless the bar is a warm-up bar, which
    /// moves the averages and the side only. What the bar brought for the levels
    /// is in levels().news().
    std::optional<Crossing> take(const drover_bar& bar);

    /// Whether the averages are being filled again after a loss: no signal until
    /// they are.
    [[nodiscard]] bool is_refilling() const { return refilling_; }
    /// Bars dropped because they were not later than the last one.
    [[nodiscard]] std::uint64_t late_bars() const { return late_bars_; }
    [[nodiscard]] const std::string& symbol() const { return symbol_; }
    [[nodiscard]] const std::string& interval() const { return interval_; }
    [[nodiscard]] const SmaCrossover& crossover() const { return crossover_; }
    [[nodiscard]] const LevelWatch& levels() const { return levels_; }

    /// What survives a restart, beside the crossover's closes and side and the
    /// levels' memory.
    struct Memory {
        BarPlace place;
        std::int64_t last_close_time = INT64_MIN;
        std::uint64_t late_bars = 0;
        bool refilling = false;
    };
    [[nodiscard]] Memory memory() const {
        return {place_, last_close_time_, late_bars_, refilling_};
    }
    void restore(const Memory& memory,
                 const SmaCrossover& crossover,
                 const LevelWatch::Memory& levels = {});

private:
    std::string symbol_;
    std::string interval_;
    SmaCrossover crossover_;
    LevelWatch levels_;
    BarPlace place_;
    std::int64_t last_close_time_ = INT64_MIN;
    std::uint64_t late_bars_ = 0;
    bool refilling_ = false;
};

}  // namespace drover
