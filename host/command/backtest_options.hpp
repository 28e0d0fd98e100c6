/// The options of `drover backtest`.
#pragma once

#include "command/backtest_verb.hpp"

namespace CLI {
class App;
}

namespace drover {

/// Adds them all, with their help. `options` must outlive the parsing.
void add_backtest_options(CLI::App& verb, BacktestOptions& options);

}  // namespace drover
