/// `drover backtest`: runs the fleet of a file on a virtual clock, in a child, without a daemon.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace drover {

struct BacktestOptions {
    std::filesystem::path file;
    std::filesystem::path running;  ///< The copy that droverd keeps of a fleet, instead of `file`.
    std::optional<std::string> from;  ///< A date or time; goes to the replay clock's config.
    std::optional<std::string> to;
    std::vector<std::string> sets;  ///< "AGENT.KEY=VALUE", as typed.
    std::filesystem::path events;   ///< A file for every publication; empty: none.
    int progress_descriptor = -1;   ///< Where progress goes as JSON lines; -1: nowhere.
    bool as_json = false;
    bool hash = true;      ///< Make the fingerprint of the event log.
    bool profile = false;  ///< Show where the time went.
};

/// Returns the exit code.
[[nodiscard]] int run_backtest(const BacktestOptions& options);

}  // namespace drover
