/// The plugin market_data.
#include "market_data/history_agent.hpp"

DROVER_LIBRARY(drover::HistoryAgent)
