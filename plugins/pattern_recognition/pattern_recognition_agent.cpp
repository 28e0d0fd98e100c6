// The pattern recognition agent: watches bars and says in words what it recognised.
#include "pattern_recognition/pattern_recognition_agent.hpp"

#include <cstddef>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "indicators/reason_text.hpp"

namespace drover {

namespace {

using Json = nlohmann::json;

/// Symbol and interval stand side by side in a bar: together they are the key of its series.
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

CrossoverSide side_of(int value) {
    return value == 0  ? CrossoverSide::undecided
           : value > 0 ? CrossoverSide::fast_above
                       : CrossoverSide::slow_above;
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
}

bool PatternRecognitionAgent::start() {
    healthy("watches for crossovers of SMA " + std::to_string(empty_->fast()) + " and SMA " +
            std::to_string(empty_->slow()));
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
    }
    if (was_refilling && !target.series.is_refilling()) {
        note_recovery(target.series);
    }
    state_dirty();
}

void PatternRecognitionAgent::save_state(std::string& bytes) const {
    Json list = Json::array();
    for (const auto& [key, watched] : series_) {
        const BarSeries::Memory memory = watched.series.memory();
        list.push_back({{"symbol", watched.series.symbol()},
                        {"interval", watched.series.interval()},
                        {"closes", watched.series.crossover().closes()},
                        {"side", static_cast<int>(watched.series.crossover().side())},
                        {"publisher", memory.place.publisher},
                        {"incarnation", memory.place.incarnation},
                        {"sequence", memory.place.sequence},
                        {"last_close_time", memory.last_close_time},
                        {"late_bars", memory.late_bars},
                        {"refilling", memory.refilling}});
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
    // A side belongs to the periods it was found with; the closes serve any.
    const bool same_periods =
        json.at("fast") == empty_->fast() && json.at("slow") == empty_->slow();
    for (const Json& saved : json.at("series")) {
        const auto symbol = saved.at("symbol").get<std::string>();
        const auto interval = saved.at("interval").get<std::string>();
        SmaCrossover crossover = *empty_;
        crossover.restore(saved.at("closes"),
                          same_periods ? side_of(saved.at("side")) : CrossoverSide::undecided);
        Watched watched{BarSeries(symbol, interval, *empty_), {}, false};
        watched.series.restore(
            {{saved.at("publisher"), saved.at("incarnation"), saved.at("sequence")},
             saved.at("last_close_time"),
             saved.at("late_bars"),
             saved.at("refilling")},
            crossover);
        series_.insert_or_assign(series_key(symbol, interval), std::move(watched));
    }
}

PatternRecognitionAgent::Watched& PatternRecognitionAgent::watched(const drover_bar& bar) {
    const std::string_view key = series_key(bar);
    const auto found = series_.find(key);
    if (found != series_.end()) {
        return found->second;
    }
    Watched fresh{
        BarSeries(std::string(text_of(bar.symbol)), std::string(text_of(bar.interval)), *empty_),
        {},
        false};
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
    healthy(text);
}

void PatternRecognitionAgent::publish_crossing(Watched& watched,
                                               const drover_bar& bar,
                                               const Crossing& crossing) {
    if (!watched.has_topic) {
        watched.topic = topic(signals, "pattern.crossover." + topic_token(watched.series.symbol()));
        watched.has_topic = true;
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
    check(publish(watched.topic, signal));
}

}  // namespace drover
