/// `drover replay` and `drover parity`: agents that are given what a recording holds must give what
/// it holds, byte for byte.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace drover {

struct ReplayOptions {
    std::filesystem::path file;
    std::string agent;
    std::filesystem::path plugin;  ///< A library in the place of the recorded one; empty: that one.
    bool as_json = false;
};

struct ParityOptions {
    std::filesystem::path file;
    bool backtest = false;            ///< The fleet afresh, from the outside inputs.
    std::vector<std::string> topics;  ///< With backtest: what to compare; empty: as documented.
    bool as_json = false;
};

/// Return the exit code: 0 where nothing differs, 1 where something does.
[[nodiscard]] int run_replay(const ReplayOptions& options);
[[nodiscard]] int run_parity(const ParityOptions& options);

}  // namespace drover
