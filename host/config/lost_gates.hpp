/// What a new file would let through that an engaged kill switch holds back.
#pragma once

#include <vector>

#include "config/fleet_config.hpp"

namespace drover {

/// A fault for each rule of `before` that gates topics which `after` would not gate any more: its
/// pattern is gone or not gated there, or another rule that is not gated takes topics from it. The
/// place is that of the rule that decides now, or the file.
[[nodiscard]] std::vector<Fault> find_lost_gates(const FleetConfig& before,
                                                 const FleetConfig& after);

}  // namespace drover
