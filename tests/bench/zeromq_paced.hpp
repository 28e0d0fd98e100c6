/// The paced agents' peers without drover: a publisher at a given rate and receivers that measure.
#pragma once

#include "bench/zeromq_parts.hpp"

namespace drover::bench {

/// SHEET connect ENDPOINT RECEIVERS MESSAGES RECORDS RATE. RATE is in records a second. Says at
/// last, until it is killed, that this is the end.
int pace(const Arguments& given);
/// SHEET ENDPOINT MESSAGES NUMBER SLEEP. SLEEP is in µs a message.
int watch(const Arguments& given);

}  // namespace drover::bench
