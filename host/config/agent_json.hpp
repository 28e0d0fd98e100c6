/// An agent's `config` as JSON text for its plugin.
#pragma once

#include <vector>

#include "config/fleet_config.hpp"
#include "config/yaml_tree.hpp"

namespace drover {

/// Writes `config` into agent.config_json and fills the two maps of places. Numbers keep the digits
/// that were typed. Adds a fault for each value that JSON cannot hold.
void write_agent_json(const YamlNode& config, AgentConfig& agent, std::vector<Fault>& faults);

}  // namespace drover
