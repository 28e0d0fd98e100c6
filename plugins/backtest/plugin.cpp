// The library of the backtest agents.
#include "backtest/performance_agent.hpp"
#include "backtest/runner_agent.hpp"

DROVER_LIBRARY(drover::PerformanceAgent, drover::RunnerAgent)
