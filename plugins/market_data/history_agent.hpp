/// The history provider: plays a file of bars, as the fleet's replay clock or on the wall clock.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <drover/extension/replay_clock.h>
#include <drover/trading/records.hpp>

#include "market_data/history_file.hpp"
#include "market_data/history_schema.hpp"
#include "market_data/history_settings.hpp"
#include "market_data/market_end.hpp"

namespace drover {

/// Publishes the bars of a file one by one, each at its close, and `market.end` behind the last
/// one. Under a replay clock it moves the fleet's time from bar to bar; otherwise timers pace it.
/// Its state is the place reached, so that a restarted agent repeats nothing.
class HistoryAgent : public Agent {
public:
    static constexpr Out<drover_bar> bars_port{
        0, "bars", "market.bar.>", "Completed bars, one a message, at their close"};
    static constexpr Out<MarketEnd> end_port{1, "end", "market.end", "The history has ended"};
    static constexpr auto ports = drover::ports(bars_port, end_port);
    static constexpr About about{
        "market_data",
        "0.1.0",
        "drover",
        "Plays the bars of a history file, one at a time, each at its close",
        0,  // It reads a file of its own: its output does not follow from its messages alone.
        history_settings_schema,
        history_settings_example,
        1};
    static constexpr bool keeps_state = true;

    void configure(const Config& config) override;
    bool start() override;
    void on_post(std::uint64_t token) override;
    void on_timer(std::uint64_t id, std::int64_t due, std::uint32_t missed) override;
    void on_refused(std::string_view topic,
                    std::uint64_t sequence,
                    drover_status status,
                    std::string_view reason) override;
    void save_state(std::string& bytes) const override;
    void load_state(std::string_view bytes, std::uint32_t version) override;

private:
    void select_range();
    void select_invalid();
    void skip_published();
    void skip_what_lies_behind_the_clock();
    /// Asks the clock for the next bar, or for the end.
    void ask_for_next();
    void step(std::uint64_t token);
    void publish_next();
    void publish_end();
    void report_end();
    void report_progress();
    void note_invalid();
    [[nodiscard]] bool at_end() const { return next_ == end_; }
    [[nodiscard]] std::string invalid_text() const;
    [[nodiscard]] std::string title() const;

    HistorySettings settings_;
    History history_;
    std::size_t first_ = 0;   ///< First bar that is delivered, warm-up included.
    std::size_t scored_ = 0;  ///< First bar that is no warm-up.
    std::size_t end_ = 0;     ///< Behind the last one.
    std::size_t next_ = 0;

    const drover_replay_clock_v1* clock_ = nullptr;
    Topic<drover_bar> bars_;
    Topic<MarketEnd> end_topic_;
    drover_bar record_{};          ///< Symbol and interval stand in it all the time.
    std::uint64_t token_ = 0;      ///< Of the step asked for; another one is out of date.
    std::int64_t due_ = 0;         ///< Of the step on the wall clock.
    std::int64_t unreported_ = 0;  ///< ns of pacing since the last report of progress.
    std::uint32_t unreported_bars_ = 0;
    std::size_t next_invalid_ = 0;  ///< The first row left out that was not yet reported.
    std::size_t skipped_ = 0;       ///< Bars older than the fleet's time at the start.

    /// What is saved: the last bar published, how many (without warm-up), and whether the end was.
    std::int64_t published_open_ = DROVER_NO_VALUE;
    std::int64_t published_close_ = DROVER_NO_VALUE;
    std::uint64_t published_ = 0;
    bool has_ended_ = false;
};

}  // namespace drover
