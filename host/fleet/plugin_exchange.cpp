#include "fleet/plugin_exchange.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/message_type.hpp"
#include "base/names.hpp"
#include "fleet/layout_conflicts.hpp"

namespace drover {
namespace {

Error refused(const std::string& sentence) {
    return {ErrorKind::refused, sentence + " Nothing has changed."};
}

/// Where the agent stands; fails for what cannot be upgraded at all.
Result<std::size_t> index_of(const PreparedFleet& fleet, const std::string& agent) {
    std::vector<std::string> names;
    for (std::size_t index = 0; index < fleet.config.agents.size(); ++index) {
        const AgentConfig& config = fleet.config.agents[index];
        if (config.instance_of == agent || (config.name == agent && !config.instance_of.empty())) {
            return refused("'" + config.declared_name() +
                           "' has 'replicas', and instances are not upgraded on trial: write the "
                           "new file into agents.yaml and apply it.");
        }
        if (config.name == agent) {
            return index;
        }
        names.push_back(config.name);
    }
    return Error{ErrorKind::not_found,
                 "The fleet has no agent named '" + agent + "'." + did_you_mean(agent, names)};
}

std::string name_of_type(const std::shared_ptr<const MessageType>& type) {
    return type ? type->name + "/" + std::to_string(type->version) + "/" +
                      std::to_string(layout_hash(*type))
                : "any";
}

bool is_same(const PortDescription& left, const PortDescription& right) {
    return left.name == right.name && left.flags == right.flags && left.topic == right.topic &&
           name_of_type(left.type) == name_of_type(right.type) &&
           name_of_type(left.reply_type) == name_of_type(right.reply_type);
}

/// The first port by which the router would have to learn something; nothing: they are the same.
std::optional<std::string> changed_port(const AgentDescription& before,
                                        const AgentDescription& after) {
    for (const PortDescription& port : before.ports) {
        if (std::ranges::find(after.ports, port.name, &PortDescription::name) ==
            after.ports.end()) {
            return "it has no port '" + port.name + "' (" + port.topic + ") any more";
        }
    }
    for (std::size_t index = 0; index < after.ports.size(); ++index) {
        const PortDescription& port = after.ports[index];
        const auto known = std::ranges::find(before.ports, port.name, &PortDescription::name);
        if (known == before.ports.end()) {
            return "its port '" + port.name + "' (" + port.topic + ") is new";
        }
        if (!is_same(*known, port)) {
            return "its port '" + port.name + "' has another topic, kind or message type";
        }
        if (!is_same(before.ports[index], port)) {
            return "its ports stand in another order";  // Requests go by their number.
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<FleetEntry> entry_of(const PreparedFleet& fleet, const std::string& agent) {
    const AgentConfig* const config = fleet.config.find(agent);
    if (config == nullptr) {
        return std::nullopt;
    }
    const auto index = static_cast<std::size_t>(config - fleet.config.agents.data());
    return FleetEntry{*config, fleet.agents[index]};
}

void put_entry(PreparedFleet& fleet, const FleetEntry& entry) {
    for (std::size_t index = 0; index < fleet.config.agents.size(); ++index) {
        if (fleet.config.agents[index].name == entry.config.name) {
            fleet.config.agents[index] = entry.config;
            fleet.agents[index] = entry.prepared;
        }
    }
}

Result<FleetEntry> exchange_plugin(const PreparedFleet& fleet,
                                   const std::string& agent,
                                   const std::filesystem::path& file,
                                   const DescribedLibrary& library) {
    const auto index = index_of(fleet, agent);
    if (!index) {
        return index.error();
    }
    const AgentConfig& config = fleet.config.agents[index.value()];
    const PreparedAgent& before = fleet.agents[index.value()];
    if (before.description == nullptr) {
        return refused("'" + agent +
                       "' cannot run with the plugin that it has, so there would be "
                       "no way back: write the new file into agents.yaml and apply "
                       "it.");
    }
    if (config.plugin_file == file) {
        return refused("'" + agent + "' runs with " + file.string() +
                       " already. Give a new build a name of its own: the old one must stay, to "
                       "go back to it.");
    }
    if (!library) {
        return refused(library.error().message);
    }
    if (library.value()->find(before.description->name) == nullptr) {
        std::string others;
        for (const std::string& name : library.value()->agent_names()) {
            others += (others.empty() ? "" : ", ") + name;
        }
        return refused(file.string() + " has no agent '" + before.description->name +
                       "'; it has: " + others + ".");
    }
    FleetEntry entry{config, {}};
    entry.config.plugin_file = file;
    entry.config.agent = before.description->name;
    PreparedFleet trial;
    entry.prepared = prepare_agent(entry.config, library, fleet.config.file.parent_path(), trial);
    if (!trial.faults.empty()) {
        return refused(file.string() + " does not take what agents.yaml gives '" + agent +
                       "': " + trial.faults.front().text());
    }
    if (const auto port = changed_port(*before.description, *entry.prepared.description)) {
        return refused(file.string() + " has other ports than what runs: " + *port +
                       ". The whole fleet is concerned: write the new file into agents.yaml and "
                       "apply it.");
    }
    trial.config = fleet.config;
    trial.config.agents[index.value()] = entry.config;
    trial.agents = fleet.agents;
    trial.agents[index.value()] = entry.prepared;
    find_layout_conflicts(trial.config, trial.agents, trial.faults);
    if (!trial.faults.empty()) {
        return refused(trial.faults.front().text());
    }
    return entry;
}

}  // namespace drover
