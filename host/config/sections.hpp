/// Reading the parts of agents.yaml: supervision, topics and agents, from YAML to plain data.
#pragma once

#include <vector>

#include "config/fleet_config.hpp"
#include "config/map_reader.hpp"
#include "config/yaml_tree.hpp"

namespace drover {

/// Reads restart, success_exit_codes, backoff, restart_limit, heartbeat, shutdown, log, limits,
/// quota and standby over what `target` holds.
void read_supervision(const MapReader& reader, SupervisionConfig& target);

/// Reads the map under `log` over what `target` holds.
void read_log(const MapReader& parent, LogConfig& target);

/// Reads the fleet's own `log`, that of durable messages.
void read_durable_log(const MapReader& parent, DurableLogConfig& target);

/// Reads the map under `limits` over what `target` holds.
void read_limits(const MapReader& parent, LimitsConfig& target);

/// Reads the map under `quota` over what `target` holds.
void read_quota(const MapReader& parent, Quota& target);

/// Reads the map under `schedule`, where there is one, for an agent whose supervision is known.
void read_schedule(const MapReader& parent, AgentConfig& agent);

/// Reads `replicas` and `distribution`.
void read_replicas(const MapReader& reader, AgentConfig& agent);

/// Checks that the names of instances are names, and nobody else's, and that the owner of a replay
/// clock is one. `check_references` calls it.
void check_replicas(const FleetConfig& fleet, std::vector<Fault>& faults);

/// Reads `topics`, in the file's order.
[[nodiscard]] std::vector<TopicRule> read_topics(const YamlNode& topics,
                                                 std::vector<Fault>& faults);

/// Reads one entry of `agents`. Plugins are looked for in `search` and, with a slash, relative to
/// `folder`, the folder of the file.
[[nodiscard]] AgentConfig read_agent(const YamlEntry& entry,
                                     const SupervisionConfig& defaults,
                                     const PluginSearch& search,
                                     const std::filesystem::path& folder,
                                     std::vector<Fault>& faults);

/// Reads `sandbox`; paths are relative to `folder`.
void read_sandbox(const MapReader& parent, AgentConfig& agent, const std::filesystem::path& folder);

/// Reads `user`, the name of a user of this machine.
void read_user(const MapReader& reader, AgentConfig& agent);

/// Finds the file of agent.plugin, or adds a fault that lists where it was looked for.
void find_plugin(AgentConfig& agent,
                 const PluginSearch& search,
                 const std::filesystem::path& folder,
                 std::vector<Fault>& faults);

/// Checks what names agents: dependencies, cycles among them, the clock, those of topics.
/// `clock_place` is where `clock: {replay: X}` stands.
void check_references(const FleetConfig& fleet,
                      const SourcePlace& clock_place,
                      std::vector<Fault>& faults);

/// Checks that every condition of depends_on can come true: a disabled agent never runs, one that
/// is always restarted never completes. `check_references` calls it.
void check_conditions(const FleetConfig& fleet, std::vector<Fault>& faults);

/// What holds but deserves a word: rules that are never reached, restart groups that do nothing.
[[nodiscard]] std::vector<Fault> find_warnings(const FleetConfig& fleet);

}  // namespace drover
