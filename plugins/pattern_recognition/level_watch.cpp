// The ATR levels of one series of bars, in all modes that were asked for.
#include "pattern_recognition/level_watch.hpp"

namespace drover {

LevelWatch::LevelWatch(const std::vector<PeriodMode>& modes) : is_told_(modes.size(), false) {
    for (const PeriodMode mode : modes) {
        modes_.emplace_back(mode);
    }
}

void LevelWatch::take(const drover_bar& bar) {
    if (modes_.empty()) {
        return;
    }
    forget_news();
    trend_.push(static_cast<double>(bar.close) / 1e9);
    for (std::size_t index = 0; index < modes_.size(); ++index) {
        take(index, bar);
    }
}

void LevelWatch::take(std::size_t index, const drover_bar& bar) {
    AtrLevels& levels = modes_[index];
    const bool begins_period = levels.begins_period(bar.open_time);
    const bool had_levels = levels.has_levels();
    touches_.clear();
    levels.push({bar.open_time, bar.close_time, bar.high, bar.low, bar.close}, touches_);
    if (begins_period) {
        is_told_[index] = false;
        has_changed_ = has_changed_ || !had_levels || !levels.has_levels();
    }
    if ((bar.flags & DROVER_BAR_WARM_UP) != 0) {
        return;
    }
    const bool have_appeared = levels.has_levels() && !is_told_[index];
    is_told_[index] = is_told_[index] || have_appeared;
    if (have_appeared || !touches_.empty()) {
        news_.push_back({index, have_appeared, touches_});
    }
}

void LevelWatch::forget_news() {
    news_.clear();
    has_changed_ = false;
}

void LevelWatch::restart() {
    forget_news();
    trend_.restart();
    for (std::size_t index = 0; index < modes_.size(); ++index) {
        modes_[index].restart();
        is_told_[index] = false;
    }
}

LevelWatch::Memory LevelWatch::memory() const {
    Memory memory;
    for (std::size_t index = 0; index < modes_.size(); ++index) {
        memory.modes.push_back({modes_[index].mode(), modes_[index].memory(), is_told_[index]});
    }
    memory.trend = trend_.memory();
    return memory;
}

void LevelWatch::restore(const Memory& memory) {
    for (const Memory::Mode& saved : memory.modes) {
        for (std::size_t index = 0; index < modes_.size(); ++index) {
            if (modes_[index].mode() == saved.mode) {
                modes_[index].restore(saved.levels);
                is_told_[index] = saved.is_told;
            }
        }
    }
    trend_.restore(memory.trend);
}

}  // namespace drover
