/// How far a backtest has come: a line for a person at a terminal, JSON lines for programs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.hpp"

namespace drover {

/// Shows what the simulation's child tells. Who asked for nothing sees nothing.
class BacktestProgress {
public:
    /// `terminal`: a descriptor for the line, -1 for none; it appears when the run takes longer
    /// than a second, and is wiped away at the end. `programs`: a descriptor for JSON lines, -1 for
    /// none. `end`: the last moment of the range of time, where it is known; ns since the epoch.
    BacktestProgress(int terminal, int programs, std::optional<std::int64_t> end);
    BacktestProgress(const BacktestProgress&) = delete;
    BacktestProgress& operator=(const BacktestProgress&) = delete;
    /// Wipes the line away.
    ~BacktestProgress();

    [[nodiscard]] bool is_wanted() const { return terminal_ >= 0 || programs_ >= 0; }
    /// Takes the inner object of the child's line (simulation_request.hpp).
    void show(const Json& told);
    /// Says on standard error what has nothing to do with the progress; the line makes room.
    void warn(const std::string& sentence);

private:
    [[nodiscard]] std::optional<double> share(std::int64_t began, std::int64_t time) const;
    void write_line(const Json& told, std::optional<double> share);

    int terminal_;
    int programs_;
    std::optional<std::int64_t> end_;
    bool is_line_shown_ = false;
};

/// The last moment that `to` of a config means: the end of its day, or the time itself. Nothing
/// where the config, JSON text, has no such key or it is neither.
[[nodiscard]] std::optional<std::int64_t> end_of_range(const std::string& config_json);

}  // namespace drover
