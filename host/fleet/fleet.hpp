/// A fleet whose plugins have been looked at: what agents.yaml wants beside what the plugins offer.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/fleet_config.hpp"
#include "fleet/describe.hpp"
#include "plugin/library_description.hpp"

namespace drover {

/// One agent of the fleet, beside its AgentConfig.
struct PreparedAgent {
    std::shared_ptr<const LibraryDescription> library;  ///< Null when the agent cannot run.
    const AgentDescription* description = nullptr;      ///< Inside `library`.
    std::optional<std::string> cannot_run;              ///< Why it cannot run, as a sentence.
    std::vector<std::string> grants = {};               ///< Ids of the extensions lent by grant.
};

/// What `validate` lists and `up` starts.
struct PreparedFleet {
    /// In each agent's config_json the values of "format": "file-path" are absolute.
    FleetConfig config;
    std::vector<PreparedAgent> agents;  ///< One for each of config.agents, in its order.
    std::vector<Fault> faults;          ///< With one of these nothing is started.
    /// Plugins that exist and cannot be loaded; the agents with `cannot_run`. The rest may start.
    std::vector<Fault> unloadable;
};

/// Finds an agent in its library and checks its config against it. Paths in its config become
/// absolute, those of agents.yaml from `folder`. Adds faults to `fleet`.
[[nodiscard]] PreparedAgent prepare_agent(AgentConfig& agent,
                                          const DescribedLibrary& library,
                                          const std::filesystem::path& folder,
                                          PreparedFleet& fleet);

/// Describes the plugins of a fleet in children and checks each agent's choice of agent and its
/// config; and that a message type of one name and version has one layout in all plugins. Call it
/// from a thread that lives as long as the program (see launch).
[[nodiscard]] PreparedFleet prepare_fleet(FleetConfig config, const DescribeOptions& options);

/// Prepares what was read: the faults of both together, in the order of the file. With a fault the
/// rest is incomplete.
[[nodiscard]] PreparedFleet prepare_reading(FleetReading reading, const DescribeOptions& options);

/// Reads a file and prepares what it says: the faults of both together, in the order of the file,
/// so that a person sees all of them at once. With a fault the rest is incomplete.
[[nodiscard]] PreparedFleet read_and_prepare_fleet(const std::filesystem::path& file,
                                                   const PluginSearch& search,
                                                   const std::vector<Override>& overrides,
                                                   const DescribeOptions& options);

}  // namespace drover
