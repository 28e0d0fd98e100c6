// The pattern recognition agent: watches bars and says in words what it
// recognised.
#include "pattern_recognition/pattern_recognition_agent.hpp"

#include <cstddef>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "indicators/reason_text.hpp"
#include "pattern_recognition/level_text.hpp"
#include "pattern_recognition/series_state.hpp"

namespace drover {

using Json = nlohmann::json;

namespace {

/// So that a fleet of a thousand symbols has a reason that can be read.
constexpr std::size_t most_missing_named = 3;

/// Symbol and interval stand side by side in a bar: together they are the key
/// of its series.
std::string_view series_key(const drover_bar& bar) {
    static_assert(offsetof(drover_bar, interval) == sizeof(bar.symbol));
    return {bar.symbol, sizeof(bar.symbol) + sizeof(bar.interval)};
}

std::string series_key(std::string_view symbol, std::string_view interval) {
    drover_bar bar{};
    set_text(bar.symbol, symbol);
    set_text(bar.interval, interval);
    return std::string(series_key(bar));
}

std::string crossing_reason(const SmaCrossover& crossover,
                            const Crossing& crossing,
                            const drover_bar& bar) {
    return "SMA " + std::to_string(crossover.fast()) + " (" + average_text(crossing.fast) +
           ") crossed " + (crossing.side == CrossoverSide::fast_above ? "above" : "below") +
           " SMA " + std::to_string(crossover.slow()) + " (" + average_text(crossing.slow) +
           ") at close " + decimal_text(bar.close) + " on " + bar_label(bar);
}

/// The modes that `atr_levels` asks for: none without the key, both where it
/// names none.
std::vector<PeriodMode> level_modes(const Json& config) {
    std::vector<PeriodMode> modes;
    if (config.contains("atr_levels")) {
        const Json names = config.at("atr_levels").value("modes", Json{"day", "multiday"});
        for (const Json& name : names) {
            modes.push_back(period_mode(name.get<std::string>()).value());
        }
    }
    return modes;
}

}  // namespace

void PatternRecognitionAgent::configure(const Config& config) {
    const Json json = Json::parse(config.json.empty() ? "{}" : config.json);
    const Json crossover = json.value("crossover", Json::object());
    const auto fast = crossover.value("fast", std::size_t{10});
    const auto slow = crossover.value("slow", std::size_t{20});
    try {
        empty_ = std::make_unique<SmaCrossover>(fast, slow);
    } catch (const std::invalid_argument&) {
        throw Failure("config.crossover",
                      "crossover.fast is " + std::to_string(fast) + " and crossover.slow is " +
                          std::to_string(slow) +
                          ": the fast average needs fewer bars than the slow one.");
    }
    no_levels_ = LevelWatch(level_modes(json));
}

bool PatternRecognitionAgent::start() {
    healthy(watch_text());
    for (const auto& [key, watched] : series_) {
        if (watched.series.is_refilling()) {
            degraded("bars_lost",
                     watched.series.symbol() + " " + watched.series.interval() +
                         ": the averages are filled again after lost bars.");
        }
    }
    return true;
}

void PatternRecognitionAgent::on_message(const Message& message) {
    const auto records = message.records(bars);
    Watched& target = watched(*records.begin());
    const drover_message& raw = message.raw();
    const std::uint64_t missing = target.series.arrive(
        {raw.id.publisher, raw.id.incarnation, raw.topic_sequence}, message.lost());
    if (missing > 0) {
        note_loss(target.series, missing, *records.begin());
    }
    const bool was_refilling = target.series.is_refilling();
    for (const drover_bar& bar : records) {
        if (const auto crossing = target.series.take(bar)) {
            publish_crossing(target, bar, *crossing);
        }
        publish_levels(target, bar);
    }
    if (was_refilling && !target.series.is_refilling()) {
        note_recovery(target.series);
    }
    state_dirty();
}

void PatternRecognitionAgent::save_state(std::string& bytes) const {
    Json list = Json::array();
    for (const auto& [key, watched] : series_) {
        list.push_back(series_json(watched.series));
    }
    bytes = Json{{"fast", empty_->fast()},
                 {"slow", empty_->slow()},
                 {"lost_messages", lost_messages_},
                 {"series", std::move(list)}}
                .dump();
}

void PatternRecognitionAgent::load_state(std::string_view bytes, std::uint32_t /*version*/) {
    const Json json = Json::parse(bytes);
    lost_messages_ = json.at("lost_messages");
    const bool same_periods =
        json.at("fast") == empty_->fast() && json.at("slow") == empty_->slow();
    for (const Json& saved : json.at("series")) {
        Watched watched{series_from(saved, *empty_, no_levels_, same_periods), {}, {}, {}};
        const std::string key = series_key(watched.series.symbol(), watched.series.interval());
        series_.insert_or_assign(key, std::move(watched));
    }
}

PatternRecognitionAgent::Watched& PatternRecognitionAgent::watched(const drover_bar& bar) {
    const std::string_view key = series_key(bar);
    const auto found = series_.find(key);
    if (found != series_.end()) {
        return found->second;
    }
    Watched fresh{BarSeries(std::string(text_of(bar.symbol)),
                            std::string(text_of(bar.interval)),
                            *empty_,
                            no_levels_),
                  {},
                  {},
                  {}};
    return series_.emplace(key, std::move(fresh)).first->second;
}

void PatternRecognitionAgent::note_loss(const BarSeries& series,
                                        std::uint64_t missing,
                                        const drover_bar& first) {
    lost_messages_ += missing;
    const std::string text = series.symbol() + " " + series.interval() + ": " +
                             std::to_string(missing) + " bar message(s) were lost before " +
                             bar_label(first) +
                             "; the averages start again and give no signal for the next " +
                             std::to_string(empty_->slow()) + " bars. " +
                             std::to_string(lost_messages_) + " message(s) were lost in all.";
    log_warning(text);
    degraded("bars_lost", text);
}

void PatternRecognitionAgent::note_recovery(const BarSeries& series) {
    const std::string text = series.symbol() + " " + series.interval() +
                             ": the averages are full again after lost bars.";
    log_info(text);
    for (const auto& [key, watched] : series_) {
        if (watched.series.is_refilling()) {
            degraded("bars_lost",
                     watched.series.symbol() + " " + watched.series.interval() +
                         ": the averages are filled again after lost bars.");
            return;
        }
    }
    healthy(watch_text());
}

void PatternRecognitionAgent::publish_crossing(Watched& watched,
                                               const drover_bar& bar,
                                               const Crossing& crossing) {
    if (!watched.crossovers) {
        watched.crossovers =
            topic(signals, "pattern.crossover." + topic_token(watched.series.symbol()));
    }
    drover_signal signal{};
    set_text(signal.symbol, text_of(bar.symbol));
    set_text(signal.interval, text_of(bar.interval));
    set_text(signal.pattern, "sma_crossover");
    signal.price = bar.close;
    signal.fast = crossing.fast;
    signal.slow = crossing.slow;
    signal.direction = static_cast<std::int32_t>(crossing.side);
    set_text(signal.reason, crossing_reason(watched.series.crossover(), crossing, bar));
    check(publish(*watched.crossovers, signal));
}

void PatternRecognitionAgent::publish_levels(Watched& watched, const drover_bar& bar) {
    const LevelWatch& watch = watched.series.levels();
    for (const LevelWatch::News& news : watch.news()) {
        const AtrLevels& mode = watch.modes()[news.mode];
        const std::string symbol = topic_token(watched.series.symbol());
        if (news.have_appeared) {
            if (!watched.levels) {
                watched.levels = topic(levels, "pattern.atr_levels." + symbol);
            }
            check(publish(*watched.levels, levels_record(mode, watch.trend(), bar)));
        }
        for (const LevelTouch& touch : news.touches) {
            if (!watched.touches) {
                watched.touches = topic(signals, "pattern.level." + symbol);
            }
            check(publish(*watched.touches, touch_signal(mode, touch, watch.trend(), bar)));
        }
    }
    if (watch.has_changed() && !is_refilling()) {
        healthy(watch_text());
    }
}

std::string PatternRecognitionAgent::watch_text() const {
    std::string text = "watches for crossovers of SMA " + std::to_string(empty_->fast()) +
                       " and SMA " + std::to_string(empty_->slow());
    for (const AtrLevels& mode : no_levels_.modes()) {
        text += std::string(&mode == no_levels_.modes().data() ? ", ATR levels: " : " and ") +
                period_name(mode.mode());
    }
    std::size_t missing = 0;
    for (const auto& [key, watched] : series_) {
        for (const AtrLevels& mode : watched.series.levels().modes()) {
            if (!mode.has_levels() && ++missing <= most_missing_named) {
                text += "; " + watched.series.symbol() + " " + watched.series.interval() + ": " +
                        missing_levels_text(mode);
            }
        }
    }
    if (missing > most_missing_named) {
        text += "; " + std::to_string(missing - most_missing_named) + " more have none";
    }
    return text;
}

bool PatternRecognitionAgent::is_refilling() const {
    for (const auto& [key, watched] : series_) {
        if (watched.series.is_refilling()) {
            return true;
        }
    }
    return false;
}

}  // namespace drover
