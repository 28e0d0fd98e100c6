/// Faults and warnings of agents.yaml as `-o json` shows them.
#pragma once

#include <vector>

#include "base/json.hpp"
#include "config/fleet_config.hpp"

namespace drover {

/// A list of {"file", "line", "column", "message"}, in the order of `faults`; line and column 0
/// stand for the file as a whole.
[[nodiscard]] Json to_json(const std::vector<Fault>& faults);

}  // namespace drover
