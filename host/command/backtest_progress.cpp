#include "command/backtest_progress.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <utility>

#include <unistd.h>

#include "base/json_value.hpp"
#include "base/message_type.hpp"
#include "base/time_text.hpp"

namespace drover {
namespace {

constexpr double seconds_without_a_line = 1;
constexpr std::string_view wipe = "\r\x1b[K";

void write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t wrote = ::write(descriptor, text.data(), text.size());
        if (wrote < 0 && errno != EINTR) {
            return;
        }
        text.remove_prefix(wrote < 0 ? 0 : static_cast<std::size_t>(wrote));
    }
}

/// 1234567 as 1,234,567.
std::string grouped(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3; at -= 3) {
        text.insert(at - 3, ",");
    }
    return text;
}

}  // namespace

BacktestProgress::BacktestProgress(int terminal, int programs, std::optional<std::int64_t> end)
    : terminal_(terminal), programs_(programs), end_(end) {}

BacktestProgress::~BacktestProgress() {
    if (is_line_shown_) {
        write_all(terminal_, wipe);
    }
}

void BacktestProgress::show(const Json& told) {
    const auto time = value_or<std::int64_t>(told, "time", 0);
    const auto done = share(value_or<std::int64_t>(told, "began", 0), time);
    if (programs_ >= 0) {
        const Json line{{"instants", told.at("instants")},
                        {"deliveries", told.at("deliveries")},
                        {"events", told.at("events")},
                        {"time", iso_time(time)},
                        {"share", done ? Json(*done) : Json(nullptr)},
                        {"seconds", told.at("seconds")}};
        write_all(programs_, to_line(line) + "\n");
    }
    if (terminal_ >= 0 && value_or(told, "seconds", 0.0) > seconds_without_a_line) {
        write_line(told, done);
    }
}

void BacktestProgress::warn(const std::string& sentence) {
    if (std::exchange(is_line_shown_, false)) {
        write_all(terminal_, wipe);
    }
    write_all(STDERR_FILENO, "warning: " + sentence + "\n");
}

std::optional<double> BacktestProgress::share(std::int64_t began, std::int64_t time) const {
    if (!end_ || *end_ <= began || time < began) {
        return std::nullopt;
    }
    const double whole = static_cast<double>(*end_ - began);
    return std::min(1.0, static_cast<double>(time - began) / whole);
}

void BacktestProgress::write_line(const Json& told, std::optional<double> share) {
    constexpr int percent = 100;
    std::string line = std::string(wipe) + iso_time(value_or<std::int64_t>(told, "time", 0));
    if (share) {
        line += "  " + std::to_string(static_cast<int>(*share * percent)) + " %";
    }
    line += "  " + grouped(value_or<std::uint64_t>(told, "instants", 0)) + " instants  " +
            grouped(value_or<std::uint64_t>(told, "events", 0)) + " events  " +
            grouped(static_cast<std::uint64_t>(value_or(told, "seconds", 0.0))) + " s";
    write_all(terminal_, line);
    is_line_shown_ = true;
}

std::optional<std::int64_t> end_of_range(const std::string& config_json) {
    const auto config = parse_json(config_json);
    if (!config || !config.value().is_object()) {
        return std::nullopt;
    }
    constexpr std::int64_t nanoseconds_per_day = 86'400'000'000'000;
    const auto text = value_or<std::string>(config.value(), "to", "");
    const auto time = parse_time_text(text);
    return time && is_day(text) ? std::optional(*time + nanoseconds_per_day - 1) : time;
}

}  // namespace drover
