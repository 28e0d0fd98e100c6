// The library of the advisor agent.
#include "advisor/advisor_agent.hpp"

DROVER_LIBRARY(drover::AdvisorAgent)
