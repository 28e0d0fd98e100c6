// The library of the pattern recognition agent.
#include "pattern_recognition/pattern_recognition_agent.hpp"

DROVER_LIBRARY(drover::PatternRecognitionAgent)
