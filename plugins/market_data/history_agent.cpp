/// Plays a file of bars.
#include "market_data/history_agent.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "market_data/timestamp.hpp"

namespace drover {
namespace {

/// Progress is told once a second of pacing, or every so many bars where there is none.
constexpr std::int64_t report_after = nanoseconds_per_second;
constexpr std::uint32_t report_after_bars = 1024;
/// A broken file must not flood the log; all rows are counted.
constexpr std::size_t most_rows_logged = 20;

bool starts_before(const HistoryBar& bar, std::int64_t time) {
    return bar.open_time < time;
}
bool closes_by(std::int64_t time, const HistoryBar& bar) {
    return time < bar.close_time;
}

}  // namespace

void HistoryAgent::configure(const Config& config) {
    settings_ = read_history_settings(config.json);
    history_ = read_history_file(settings_.file,
                                 {settings_.interval_length,
                                  settings_.stamps_the_end,
                                  settings_.adjusted,
                                  settings_.rounding});
    select_range();
    set_text(record_.symbol, settings_.symbol);
    set_text(record_.interval, settings_.interval);
}

void HistoryAgent::select_range() {
    const auto& bars = history_.bars;
    const auto first =
        std::lower_bound(bars.begin(), bars.end(), settings_.first_label, starts_before);
    const auto end = std::upper_bound(
        first, bars.end(), settings_.last_label, [](std::int64_t label, const HistoryBar& bar) {
            return label < bar.open_time;
        });
    if (first == end) {
        throw Failure(
            "history.empty",
            bars.empty()
                ? "The history file '" + settings_.file + "' holds no bar" +
                      (history_.invalid.empty()
                           ? "."
                           : ": no row is a proper bar; " + history_.invalid.front().reason + ".")
                : "The history file '" + settings_.file +
                      "' holds no bar in the range asked for; its bars go from " +
                      date_text(bars.front().open_time) + " to " +
                      date_text(bars.back().open_time) + ".");
    }
    scored_ = static_cast<std::size_t>(first - bars.begin());
    end_ = static_cast<std::size_t>(end - bars.begin());
    first_ = scored_ - std::min(scored_, settings_.warm_up_bars);
    next_ = first_;
    select_invalid();
}

void HistoryAgent::select_invalid() {
    const std::int64_t first =
        first_ == scored_ ? settings_.first_label : history_.bars[first_].open_time;
    auto& invalid = history_.invalid;
    invalid.erase(std::remove_if(invalid.begin(),
                                 invalid.end(),
                                 [&](const InvalidBar& row) {
                                     return row.open_time < first ||
                                            row.open_time > settings_.last_label;
                                 }),
                  invalid.end());
}

bool HistoryAgent::start() {
    clock_ = static_cast<const drover_replay_clock_v1*>(
        host()->get_extension(host(), DROVER_EXTENSION_REPLAY_CLOCK));
    bars_ =
        topic(bars_port, "market.bar." + topic_token(settings_.symbol) + "." + settings_.interval);
    end_topic_ = topic(end_port, "market.end");
    if (history_.late != 0) {
        log_warning(title() + ": " +
                    (history_.late == 1
                         ? "one row was left out because it is not later than the row before it"
                         : std::to_string(history_.late) +
                               " rows were left out because they are not later than the row "
                               "before them"));
    }
    if (history_.rounded != 0) {
        log_info(title() + ": " + std::to_string(history_.rounded) +
                 " prices were rounded to nine decimals");
    }
    skip_published();
    skip_what_lies_behind_the_clock();
    while (next_invalid_ < history_.invalid.size() &&
           history_.invalid[next_invalid_].open_time <= published_open_) {
        ++next_invalid_;
    }
    due_ = now();
    if (at_end() && has_ended_) {
        report_end();
        return true;
    }
    if (at_end()) {
        healthy(title() + ": about to end");
    } else {
        healthy("replaying " + title() + " from " + date_text(history_.bars[next_].open_time));
    }
    ask_for_next();
    return true;
}

void HistoryAgent::skip_published() {
    if (published_close_ == DROVER_NO_VALUE) {
        return;
    }
    const auto& bars = history_.bars;
    const auto later =
        std::upper_bound(bars.begin(), bars.end(), published_close_, closes_by) - bars.begin();
    next_ = std::clamp(static_cast<std::size_t>(later), next_, end_);
    has_ended_ = has_ended_ && at_end();
}

void HistoryAgent::skip_what_lies_behind_the_clock() {
    if (clock_ == nullptr) {
        return;
    }
    while (!at_end() && history_.bars[next_].close_time < now()) {
        published_open_ = history_.bars[next_].open_time;
        published_close_ = history_.bars[next_].close_time;
        ++next_;
        ++skipped_;
    }
    if (skipped_ != 0) {
        log_warning(title() + ": " + std::to_string(skipped_) +
                    " bars were left out because the fleet's time is already " + date_text(now()));
    }
}

void HistoryAgent::ask_for_next() {
    const bool first_step = token_ == 0;
    ++token_;
    // The end has an instant of its own behind the last bar, so that all that this bar causes
    // is through before the end is told.
    std::int64_t delay = 0;
    if (!at_end() && !first_step) {
        delay = settings_.speed.delay(history_.bars[next_].close_time - published_close_);
    }
    unreported_ += delay;
    if (clock_ == nullptr) {
        due_ += delay;
        set_timer(token_, due_);
        return;
    }
    const std::int64_t time =
        at_end() ? std::max(now(), published_close_) : history_.bars[next_].close_time;
    check(clock_->advance(host(), time, delay, token_));
}

void HistoryAgent::on_post(std::uint64_t token) {
    step(token);
}
void HistoryAgent::on_timer(std::uint64_t id, std::int64_t /*due*/, std::uint32_t /*missed*/) {
    step(id);
}

void HistoryAgent::on_refused(std::string_view topic,
                              std::uint64_t /*sequence*/,
                              drover_status /*status*/,
                              std::string_view reason) {
    const std::string text =
        "A message on " + std::string(topic) + " was refused: " + std::string(reason);
    log_warning(text);
    degraded("refused", text);
}

void HistoryAgent::step(std::uint64_t token) {
    if (token != token_ || has_ended_) {
        return;
    }
    if (at_end()) {
        publish_end();
        return;
    }
    publish_next();
    ask_for_next();
}

void HistoryAgent::publish_next() {
    const HistoryBar& bar = history_.bars[next_];
    record_.open_time = bar.open_time;
    record_.close_time = bar.close_time;
    record_.open = bar.open;
    record_.high = bar.high;
    record_.low = bar.low;
    record_.close = bar.close;
    record_.volume = bar.volume;
    const bool is_warm_up = next_ < scored_;
    record_.flags = (is_warm_up ? std::uint32_t{DROVER_BAR_WARM_UP} : 0U) |
                    (bar.volume != bar.volume ? std::uint32_t{DROVER_BAR_NO_VOLUME} : 0U);
    check(publish(bars_, record_, bar.close_time));
    published_open_ = bar.open_time;
    published_close_ = bar.close_time;
    published_ += is_warm_up ? 0 : 1;
    ++next_;
    state_dirty();
    note_invalid();
    if (++unreported_bars_ >= report_after_bars || unreported_ >= report_after) {
        report_progress();
    }
}

void HistoryAgent::note_invalid() {
    const auto& invalid = history_.invalid;
    const std::size_t before = next_invalid_;
    while (next_invalid_ < invalid.size() &&
           (invalid[next_invalid_].open_time <= published_open_ || at_end())) {
        if (next_invalid_ < most_rows_logged) {
            log_warning(settings_.file + ": " + invalid[next_invalid_].reason +
                        " and was left out");
        }
        ++next_invalid_;
    }
    if (next_invalid_ != before) {
        report_progress();
    }
}

void HistoryAgent::publish_end() {
    const nlohmann::json end{{"reason", "history ended " + date_text(published_open_)},
                             {"bars", published_}};
    check(publish_json(end_topic_, end.dump(), published_close_));
    has_ended_ = true;
    state_dirty();
    report_end();
}

void HistoryAgent::report_end() {
    const std::string ended = "history ended " + date_text(published_open_);
    if (next_invalid_ == 0) {
        healthy(ended);
    } else {
        degraded("invalid_bars", ended + "; " + invalid_text());
    }
    if (settings_.stop_at_end) {
        completed(ended);
    }
}

void HistoryAgent::report_progress() {
    unreported_ = 0;
    unreported_bars_ = 0;
    const std::string place = "replaying " + title() + ": " + date_text(published_open_);
    if (next_invalid_ == 0) {
        healthy(place);
        return;
    }
    degraded("invalid_bars", place + "; " + invalid_text());
}

std::string HistoryAgent::invalid_text() const {
    const std::string last = history_.invalid[next_invalid_ - 1].reason + ".";
    return next_invalid_ == 1 ? "one row was left out because it is no proper bar: " + last
                              : std::to_string(next_invalid_) +
                                    " rows were left out because they are no proper bars, the "
                                    "last one: " +
                                    last;
}

std::string HistoryAgent::title() const {
    return settings_.symbol + " " + settings_.interval;
}

void HistoryAgent::save_state(std::string& bytes) const {
    const nlohmann::json state{{"symbol", settings_.symbol},
                               {"interval", settings_.interval},
                               {"open_time", published_open_},
                               {"close_time", published_close_},
                               {"bars", published_},
                               {"has_ended", has_ended_}};
    bytes = state.dump();
}

void HistoryAgent::load_state(std::string_view bytes, std::uint32_t /*version*/) {
    const auto state = nlohmann::json::parse(bytes);
    if (state.at("symbol") != settings_.symbol || state.at("interval") != settings_.interval) {
        log_info("The saved place belongs to " + state.at("symbol").get<std::string>() + " " +
                 state.at("interval").get<std::string>() + "; " + title() +
                 " starts at its first bar");
        return;
    }
    published_open_ = state.at("open_time");
    published_close_ = state.at("close_time");
    published_ = state.at("bars");
    has_ended_ = state.at("has_ended");
}

}  // namespace drover
