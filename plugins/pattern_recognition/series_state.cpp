// The saved state of one series of bars.
#include "pattern_recognition/series_state.hpp"

#include <nlohmann/json.hpp>

namespace drover {

using Json = nlohmann::json;

namespace {

CrossoverSide side_of(int value) {
    return value == 0  ? CrossoverSide::undecided
           : value > 0 ? CrossoverSide::fast_above
                       : CrossoverSide::slow_above;
}

Json average_json(const AverageTrueRange::Memory& memory) {
    Json periods = Json::array();
    for (const PriceRange& period : memory.periods) {
        periods.push_back({period.high, period.low, period.close});
    }
    return {
        {"periods", std::move(periods)}, {"defined", memory.is_defined}, {"value", memory.value}};
}

AverageTrueRange::Memory average_from(const Json& saved) {
    AverageTrueRange::Memory memory;
    for (const Json& period : saved.at("periods")) {
        memory.periods.push_back({period.at(0), period.at(1), period.at(2)});
    }
    memory.is_defined = saved.at("defined");
    memory.value = saved.at("value");
    return memory;
}

Json mode_json(const LevelWatch::Memory::Mode& mode) {
    const AtrLevels::Memory& levels = mode.levels;
    Json json{{"mode", period_name(mode.mode)},
              {"told", mode.is_told},
              {"average", average_json(levels.average)},
              {"touched", levels.touched},
              {"after_loss", levels.is_after_loss}};
    if (levels.running) {
        json["running"] = {{"start", levels.running->start},
                           {"high", levels.running->high},
                           {"low", levels.running->low},
                           {"close", levels.running->close},
                           {"whole", levels.running->is_whole}};
    }
    if (levels.base) {
        json["last_close"] = levels.base->last_close;
        json["average_range"] = levels.base->average_range;
    }
    return json;
}

LevelWatch::Memory::Mode mode_from(const Json& saved, PeriodMode mode) {
    LevelWatch::Memory::Mode memory{mode, {}, saved.at("told")};
    memory.levels.average = average_from(saved.at("average"));
    memory.levels.touched = saved.at("touched");
    memory.levels.is_after_loss = saved.at("after_loss");
    if (saved.contains("running")) {
        const Json& running = saved.at("running");
        memory.levels.running = {running.at("start"),
                                 running.at("high"),
                                 running.at("low"),
                                 running.at("close"),
                                 running.at("whole")};
    }
    if (saved.contains("last_close")) {
        memory.levels.base = {saved.at("last_close"), saved.at("average_range")};
    }
    return memory;
}

Json levels_json(const LevelWatch& watch) {
    const LevelWatch::Memory memory = watch.memory();
    Json modes = Json::array();
    for (const LevelWatch::Memory::Mode& mode : memory.modes) {
        modes.push_back(mode_json(mode));
    }
    Json trend = Json::array();
    for (const PriceTrend::Memory::Average& average : memory.trend.averages) {
        trend.push_back({{"values", average.memory}, {"defined", average.is_defined}});
    }
    return {
        {"modes", std::move(modes)}, {"trend", std::move(trend)}, {"close", memory.trend.close}};
}

LevelWatch::Memory levels_from(const Json& saved) {
    LevelWatch::Memory memory;
    for (const Json& mode : saved.at("modes")) {
        if (const auto known = period_mode(mode.at("mode").get<std::string>())) {
            memory.modes.push_back(mode_from(mode, *known));
        }
    }
    for (std::size_t index = 0; index < memory.trend.averages.size(); ++index) {
        const Json& average = saved.at("trend").at(index);
        memory.trend.averages[index] = {average.at("values"), average.at("defined")};
    }
    memory.trend.close = saved.at("close");
    return memory;
}

}  // namespace

Json series_json(const BarSeries& series) {
    const BarSeries::Memory memory = series.memory();
    Json json{{"symbol", series.symbol()},
              {"interval", series.interval()},
              {"closes", series.crossover().closes()},
              {"side", static_cast<int>(series.crossover().side())},
              {"publisher", memory.place.publisher},
              {"incarnation", memory.place.incarnation},
              {"sequence", memory.place.sequence},
              {"last_close_time", memory.last_close_time},
              {"late_bars", memory.late_bars},
              {"refilling", memory.refilling}};
    if (!series.levels().modes().empty()) {
        json["levels"] = levels_json(series.levels());
    }
    return json;
}

BarSeries series_from(const Json& saved,
                      const SmaCrossover& empty,
                      const LevelWatch& no_levels,
                      bool same_periods) {
    SmaCrossover crossover = empty;
    // A side belongs to the periods it was found with; the closes serve any.
    crossover.restore(saved.at("closes"),
                      same_periods ? side_of(saved.at("side")) : CrossoverSide::undecided);
    BarSeries series(saved.at("symbol"), saved.at("interval"), empty, no_levels);
    series.restore(
        {{saved.at("publisher"), saved.at("incarnation"), saved.at("sequence")},
         saved.at("last_close_time"),
         saved.at("late_bars"),
         saved.at("refilling")},
        crossover,
        saved.contains("levels") ? levels_from(saved.at("levels")) : LevelWatch::Memory{});
    return series;
}

}  // namespace drover
