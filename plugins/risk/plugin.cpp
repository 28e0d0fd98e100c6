// The library of the risk agent.
#include "risk/risk_agent.hpp"

DROVER_LIBRARY(drover::RiskAgent)
