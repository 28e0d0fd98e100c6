/// `--set AGENT.KEY=VALUE`: values of agents' configs from the command line.
#pragma once

#include <vector>

#include "config/fleet_config.hpp"
#include "config/yaml_tree.hpp"

namespace drover {

/// The `file` of places that stand in an override: "--set market-data.file=x.csv".
[[nodiscard]] std::string place_of_override(const Override& override);

/// Merges the overrides into the `config` maps of `agents`, the map of all agents, later ones over
/// earlier ones. Adds a fault for each that names an unknown agent, goes through a value that is no
/// map, or holds no YAML.
void apply_overrides(const std::vector<Override>& overrides,
                     YamlNode& agents,
                     std::vector<Fault>& faults);

}  // namespace drover
