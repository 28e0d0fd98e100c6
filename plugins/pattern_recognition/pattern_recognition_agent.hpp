/// The pattern recognition agent: watches bars and says in words what it
/// recognised.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include <drover/trading/records.hpp>

#include "pattern_recognition/bar_series.hpp"
#include "pattern_recognition/level_watch.hpp"
#include "pattern_recognition/levels_record.hpp"

namespace drover {

/// Recognises crossovers of two simple moving averages and, where asked for,
/// ATR levels (docs/patterns.md). It publishes one signal on each crossing, on
/// pattern.crossover.<symbol>; the levels of a period when they appear, on
/// pattern.atr_levels.<symbol>; one signal when a level is first touched, on
/// pattern.level.<symbol>. Lost bars degrade its health and start averages and
/// levels of that symbol again: no signal until they are known again.
class PatternRecognitionAgent : public Agent {
public:
    static constexpr const char* config_schema = R"json({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "crossover": {
                "type": "object",
                "description": "Two simple moving averages of the close; a signal when they cross.",
                "additionalProperties": false,
                "default": {"fast": 10, "slow": 20},
                "properties": {
                    "fast": {"type": "integer", "minimum": 1, "maximum": 99999, "default": 10,
                             "description": "Bars in the fast average; below slow."},
                    "slow": {"type": "integer", "minimum": 2, "maximum": 100000, "default": 20,
                             "description": "Bars in the slow average."}
                }
            },
            "atr_levels": {
                "type": "object",
                "description": "ATR levels of each symbol; a signal when one is first touched. Off without this key.",
                "additionalProperties": false,
                "properties": {
                    "modes": {"type": "array", "minItems": 1, "uniqueItems": true,
                              "default": ["day", "multiday"],
                              "description": "Periods: day is one session, multiday the sessions of a week from Monday.",
                              "items": {"enum": ["day", "multiday"]}}
                }
            }
        }
    })json";
    static constexpr About about{
        "pattern_recognition",
        "0.1.0",
        "drover",
        "Recognises moving-average crossovers and ATR levels in bars",
        DROVER_AGENT_DETERMINISTIC,
        config_schema,
        R"({"crossover": {"fast": 10, "slow": 20}, "atr_levels": {"modes": ["day"]}})",
        1};
    static constexpr In<drover_bar> bars{0, "bars", "market.bar.>", "Completed bars"};
    static constexpr Out<drover_signal> signals{1, "signals", "pattern.>", "What was recognised"};
    static constexpr Out<LevelsRecord> levels{
        2, "levels", "pattern.atr_levels.>", "ATR levels when they appear"};
    static constexpr auto ports = drover::ports(bars, signals, levels);
    static constexpr bool keeps_state = true;

    void configure(const Config& config) override;
    bool start() override;
    void on_message(const Message& message) override;
    void save_state(std::string& bytes) const override;
    void load_state(std::string_view bytes, std::uint32_t version) override;

private:
    struct Watched {
        BarSeries series;
        std::optional<Topic<drover_signal>> crossovers;
        std::optional<Topic<drover_signal>> touches;
        std::optional<Topic<LevelsRecord>> levels;
    };
    /// By symbol and interval exactly as they stand in a record, so that finding
    /// costs no copy.
    using Series = std::map<std::string, Watched, std::less<>>;

    Watched& watched(const drover_bar& bar);
    void note_loss(const BarSeries& series, std::uint64_t missing, const drover_bar& first);
    void note_recovery(const BarSeries& series);
    void publish_crossing(Watched& watched, const drover_bar& bar, const Crossing& crossing);
    void publish_levels(Watched& watched, const drover_bar& bar);
    /// What it watches, and which levels it cannot give yet.
    [[nodiscard]] std::string watch_text() const;
    [[nodiscard]] bool is_refilling() const;

    std::unique_ptr<SmaCrossover> empty_;  ///< What a new series starts with.
    LevelWatch no_levels_;                 ///< The same for its levels.
    Series series_;
    std::uint64_t lost_messages_ = 0;
};

}  // namespace drover
