/// Plugins that disagree about a message type.
#pragma once

#include <vector>

#include "config/fleet_config.hpp"
#include "fleet/fleet.hpp"

namespace drover {

/// Adds a fault for each message type that two plugins of the fleet describe with one name and
/// version and different layouts, at the later agent's plugin. The fault names both files and
/// the first difference.
void find_layout_conflicts(const FleetConfig& config,
                           const std::vector<PreparedAgent>& agents,
                           std::vector<Fault>& faults);

/// The first difference of two layouts of one type, as the end of a sentence: "field 'close' is at
/// byte 40 in the one and at byte 48 in the other".
[[nodiscard]] std::string first_difference(const MessageType& one, const MessageType& other);

}  // namespace drover
