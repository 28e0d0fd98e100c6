#include "fleet/fleet.hpp"

#include <algorithm>
#include <map>
#include <system_error>
#include <tuple>
#include <utility>

#include <drover/description.h>
#include <drover/extension/simulation.h>

#include "config/typed_place.hpp"
#include "fleet/durable_memory.hpp"
#include "fleet/instances.hpp"
#include "fleet/isolation.hpp"
#include "fleet/kept_topics.hpp"
#include "fleet/layout_conflicts.hpp"
#include "plugin/config_schema.hpp"

namespace drover {
namespace {

/// The place of a JSON pointer, or of the nearest value around it that has one.
SourcePlace place_of(const std::map<std::string, SourcePlace>& places,
                     std::string pointer,
                     const SourcePlace& fallback) {
    while (true) {
        if (const auto found = places.find(pointer); found != places.end()) {
            return found->second;
        }
        const std::size_t slash = pointer.rfind('/');
        if (slash == std::string::npos) {
            return fallback;
        }
        pointer.resize(slash);
    }
}

SourcePlace place_of(const AgentConfig& agent, const ConfigViolation& violation) {
    if (violation.is_at_key) {
        if (const auto key = agent.config_key_places.find(violation.pointer);
            key != agent.config_key_places.end()) {
            return key->second;
        }
    }
    return place_of(agent.config_places, violation.pointer, agent.place);
}

void check_agent_config(AgentConfig& agent,
                        const AgentDescription& description,
                        const std::filesystem::path& folder,
                        std::vector<Fault>& faults) {
    const auto violations = check_config(description.config_schema, agent.config_json);
    for (const ConfigViolation& violation : violations) {
        faults.push_back({place_of(agent, violation),
                          "agent '" + agent.name + "': config: " + violation.message});
    }
    if (!violations.empty()) {
        return;
    }
    // What a person typed on the command line is meant from where the person stands.
    std::error_code error;
    const std::filesystem::path here = std::filesystem::current_path(error);
    auto resolved = resolve_paths(
        description.config_schema, agent.config_json, [&](const std::string& pointer) {
            const SourcePlace place = place_of(agent.config_places, pointer, agent.place);
            return is_on_command_line(place) ? here : folder;
        });
    if (resolved) {
        agent.config_json = std::move(resolved.value());
    } else {
        faults.push_back({place_of(agent.config_places, "", agent.place),
                          "agent '" + agent.name + "': config: " + resolved.error().message});
    }
}

/// What the agent is lent by grant. An agent that says of itself that it orchestrates is lent
/// drover.simulation/1 unless the file says otherwise: it starts processes that touch nothing of
/// the running fleet.
std::vector<std::string> grants_of(const AgentConfig& agent,
                                   const AgentDescription& description,
                                   std::vector<Fault>& faults) {
    const bool orchestrates = (description.flags & DROVER_AGENT_ORCHESTRATES) != 0;
    const bool wants_simulations =
        agent.grants &&
        std::ranges::find(*agent.grants, DROVER_EXTENSION_SIMULATION) != agent.grants->end();
    if (wants_simulations && !orchestrates) {
        faults.push_back({agent.grants_place,
                          "agent '" + agent.name + "': 'grants': drover.simulation/1 has no " +
                              "meaning for '" + description.name +
                              "', which starts no simulations: remove it."});
        return {};
    }
    if (agent.sandbox || agent.user) {
        if (agent.grants && !agent.grants->empty()) {
            faults.push_back(
                {agent.grants_place,
                 "agent '" + agent.name +
                     (agent.sandbox ? "': 'grants' and 'sandbox' exclude each other: a sandbox "
                                      "lets it neither start simulations nor write the kill switch."
                                    : "': 'grants' and 'user' exclude each other: simulations read "
                                      "the fleet's files, and the kill switch is one; they are not "
                                      "that user's.")});
        }
        return {};
    }
    if (agent.grants) {
        return *agent.grants;
    }
    return orchestrates ? std::vector<std::string>{DROVER_EXTENSION_SIMULATION}
                        : std::vector<std::string>{};
}

/// The plugin files of a fleet, each once.
std::vector<std::filesystem::path> plugin_files(const FleetConfig& config) {
    std::vector<std::filesystem::path> files;
    for (const AgentConfig& agent : config.agents) {
        if (!agent.plugin_file.empty() &&
            std::ranges::find(files, agent.plugin_file) == files.end()) {
            files.push_back(agent.plugin_file);
        }
    }
    return files;
}

/// Faults of an overlay follow those of the file it is merged over: its name is longer.
void sort_by_place(std::vector<Fault>& faults) {
    const auto key = [](const Fault& fault) {
        return std::tuple(
            fault.place.line == 0, fault.place.file.size(), fault.place.line, fault.place.column);
    };
    std::ranges::stable_sort(faults, {}, key);
}

/// The machine is looked at only for who has limits.
void add_isolation_warnings(FleetConfig& config) {
    if (std::ranges::any_of(config.agents, has_isolation)) {
        std::ranges::move(isolation_warnings(config, MachineIsolation::look()),
                          std::back_inserter(config.warnings));
    }
}

}  // namespace

PreparedAgent prepare_agent(AgentConfig& agent,
                            const DescribedLibrary& library,
                            const std::filesystem::path& folder,
                            PreparedFleet& fleet) {
    PreparedAgent prepared;
    if (!library) {
        prepared.cannot_run = library.error().message;
        fleet.unloadable.push_back(
            {agent.plugin_place, "agent '" + agent.name + "' cannot run: " + *prepared.cannot_run});
        return prepared;
    }
    prepared.library = library.value();
    const auto chosen = choose_agent(*prepared.library, agent.agent);
    if (!chosen) {
        fleet.faults.push_back(
            {agent.agent_place, "agent '" + agent.name + "': " + chosen.error().message});
        return prepared;
    }
    prepared.description = chosen.value();
    check_agent_config(agent, *prepared.description, folder, fleet.faults);
    prepared.grants = grants_of(agent, *prepared.description, fleet.faults);
    return prepared;
}

PreparedFleet prepare_fleet(FleetConfig config, const DescribeOptions& options) {
    PreparedFleet fleet;
    const auto files = plugin_files(config);
    const auto libraries = describe_in_children(files, options);
    const std::filesystem::path folder = config.file.parent_path();
    for (AgentConfig& agent : config.agents) {
        if (agent.plugin_file.empty()) {
            fleet.agents.push_back({nullptr, nullptr, "its plugin was not found"});
            continue;
        }
        const auto file = std::ranges::find(files, agent.plugin_file) - files.begin();
        fleet.agents.push_back(
            prepare_agent(agent, libraries[static_cast<std::size_t>(file)], folder, fleet));
    }
    find_layout_conflicts(config, fleet.agents, fleet.faults);
    check_distributions(config, fleet.agents, fleet.faults);
    find_forgetful_receivers(config, fleet.agents, fleet.faults);
    if (options.check_further) {
        options.check_further(config, fleet.faults);
    }
    sort_by_place(fleet.faults);
    std::ranges::move(warn_of_kept_topics(config, fleet.agents),
                      std::back_inserter(config.warnings));
    std::ranges::move(warn_of_names_without_ports(config, fleet.agents),
                      std::back_inserter(config.warnings));
    add_isolation_warnings(config);
    fleet.config = std::move(config);
    return fleet;
}

PreparedFleet prepare_reading(FleetReading reading, const DescribeOptions& options) {
    PreparedFleet fleet = prepare_fleet(std::move(reading.config), options);
    std::ranges::move(reading.faults, std::back_inserter(fleet.faults));
    sort_by_place(fleet.faults);
    return fleet;
}

PreparedFleet read_and_prepare_fleet(const std::filesystem::path& file,
                                     const PluginSearch& search,
                                     const std::vector<Override>& overrides,
                                     const DescribeOptions& options) {
    return prepare_reading(read_fleet_config(file, search, overrides), options);
}

}  // namespace drover
