/// The plugin broker.
#include "broker/broker_agent.hpp"

DROVER_LIBRARY(drover::BrokerAgent)
