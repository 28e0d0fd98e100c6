#include <algorithm>

#include "base/line_pattern.hpp"
#include "base/names.hpp"
#include "base/reserved_names.hpp"
#include "config/agent_json.hpp"
#include "config/agent_secrets.hpp"
#include "config/env_file.hpp"
#include "config/sections.hpp"

namespace drover {
namespace {

void add_dependency(const MapReader& reader, AgentConfig& agent, Dependency dependency) {
    const bool is_known =
        std::any_of(agent.depends_on.begin(), agent.depends_on.end(), [&](const Dependency& known) {
            return known.agent == dependency.agent;
        });
    if (is_known) {
        reader.add_fault(dependency.place, "'depends_on' names '" + dependency.agent + "' twice.");
        return;
    }
    agent.depends_on.push_back(std::move(dependency));
}

void read_pattern(const MapReader& reader, const YamlEntry& entry, Dependency& dependency) {
    const YamlEntry* const pattern = reader.find("pattern");
    const bool wants_pattern = dependency.condition == DependencyCondition::log_ready;
    if (pattern == nullptr) {
        if (wants_pattern) {
            reader.add_fault(entry.place(),
                             "condition 'log_ready' needs 'pattern', an extended regular "
                             "expression that a line of the output matches, as in "
                             "{condition: log_ready, pattern: \"listening on\"}.");
        }
        return;
    }
    reader.read_text("pattern", dependency.pattern);
    if (!wants_pattern) {
        reader.add_fault(pattern->place(),
                         "'pattern' has a meaning only with condition: log_ready.");
        return;
    }
    if (dependency.pattern.empty()) {
        return;  // Which is said already.
    }
    if (const auto compiled = LinePattern::compile(dependency.pattern); !compiled) {
        reader.add_fault(pattern->place(), "'pattern': " + compiled.error().message + ".");
    }
}

Dependency read_dependency(const MapReader& parent, const YamlEntry& entry) {
    Dependency dependency;
    dependency.agent = entry.key;
    dependency.place = entry.key_place;
    const MapReader reader(entry.value,
                           Section::dependency,
                           parent.owner() + ": depends_on '" + entry.key + "'",
                           parent.faults());
    constexpr Word<DependencyCondition> words[] = {
        {"started", DependencyCondition::started},
        {"healthy", DependencyCondition::healthy},
        {"completed", DependencyCondition::completed},
        {"completed_successfully", DependencyCondition::completed_successfully},
        {"log_ready", DependencyCondition::log_ready}};
    reader.read_word("condition", dependency.condition, words);
    read_pattern(reader, entry, dependency);
    reader.read_boolean("restart", dependency.restart);
    constexpr Word<OnDown> reactions[] = {
        {"ignore", OnDown::ignore}, {"pause", OnDown::pause}, {"stop", OnDown::stop}};
    reader.read_word("on_down", dependency.on_down, reactions);
    if (dependency.on_down != OnDown::ignore && !is_of_running(dependency.condition)) {
        reader.add_fault(reader.find("on_down")->place(),
                         "'on_down' has no meaning with a condition of completion, which nothing "
                         "undoes: remove it.");
    }
    return dependency;
}

void read_depends_on(const MapReader& reader, AgentConfig& agent) {
    const YamlEntry* const entry = reader.find("depends_on");
    if (entry == nullptr) {
        return;
    }
    const YamlNode& value = entry->value;
    if (value.kind == YamlNode::Kind::scalar) {
        reader.add_fault(entry->place(),
                         "'depends_on' takes a list of agents or a map, and this "
                         "is " +
                             describe(value) + ": write [" + value.text + "].");
    }
    for (const YamlNode& item : value.items) {
        if (item.kind == YamlNode::Kind::scalar) {
            Dependency dependency;
            dependency.agent = item.text;
            dependency.place = item.place;
            add_dependency(reader, agent, std::move(dependency));
        } else {
            reader.add_fault(
                item.place,
                "'depends_on' takes names of agents, and this is " + describe(item) + ".");
        }
    }
    for (const YamlEntry& dependency : value.entries) {
        add_dependency(reader, agent, read_dependency(reader, dependency));
    }
}

void read_plugin(const MapReader& reader, AgentConfig& agent) {
    const YamlEntry* const plugin = reader.find("plugin");
    if (plugin == nullptr) {
        reader.add_fault(agent.place,
                         "'plugin' is missing: name the library that the agent comes "
                         "from, as in plugin: risk");
        return;
    }
    agent.plugin_place = plugin->place();
    reader.read_text("plugin", agent.plugin);
}

void read_config(const MapReader& reader, AgentConfig& agent) {
    const YamlEntry* const config = reader.find("config");
    agent.config_places[""] = agent.place;
    if (config == nullptr) {
        return;
    }
    if (config->value.kind != YamlNode::Kind::map) {
        reader.add_fault(config->place(),
                         "'config' takes a map, and this is " + describe(config->value) + ".");
        return;
    }
    write_agent_json(config->value, agent, reader.faults());
    agent.config_places[""] = config->key_place;
}

void read_simulate(const MapReader& reader, AgentConfig& agent) {
    if (reader.find("simulate") != nullptr) {
        bool simulate = true;
        const std::size_t before = reader.faults().size();
        reader.read_boolean("simulate", simulate);
        if (reader.faults().size() == before) {
            agent.simulate = simulate;
        }
    }
}

void read_grants(const MapReader& reader, AgentConfig& agent) {
    const YamlEntry* const entry = reader.find("grants");
    if (entry == nullptr) {
        return;
    }
    agent.grants_place = entry->place();
    if (entry->value.kind != YamlNode::Kind::list) {
        reader.add_fault(entry->place(),
                         "'grants' takes a list such as [drover.simulation/1], and this is " +
                             describe(entry->value) + ".");
        return;
    }
    static const std::vector<std::string> known{"drover.control/1", "drover.simulation/1"};
    std::vector<std::string> grants;
    for (const YamlNode& item : entry->value.items) {
        const bool is_text = item.kind == YamlNode::Kind::scalar;
        if (!is_text || std::ranges::find(known, item.text) == known.end()) {
            reader.add_fault(item.place,
                             "'grants' takes " + alternatives(known) + ", and this is " +
                                 describe(item) + "." +
                                 (is_text ? did_you_mean(item.text, known) : std::string()));
        } else if (std::ranges::find(grants, item.text) != grants.end()) {
            reader.add_fault(item.place, "'grants' names '" + item.text + "' twice.");
        } else {
            grants.push_back(item.text);
        }
    }
    agent.grants = std::move(grants);
}

void read_restart_group(const MapReader& reader, AgentConfig& agent) {
    const YamlEntry* const entry = reader.find("restart_group");
    if (entry == nullptr) {
        return;
    }
    agent.restart_group_place = entry->place();
    reader.read_text("restart_group", agent.restart_group);
    if (!agent.restart_group.empty() && !is_agent_name(agent.restart_group)) {
        reader.add_fault(entry->place(),
                         "'restart_group': '" + agent.restart_group +
                             "' is no name for a group: use 1 to 48 of a-z, 0-9, - _ and ., "
                             "beginning with a letter.");
    }
}

}  // namespace

AgentConfig read_agent(const YamlEntry& entry,
                       const SupervisionConfig& defaults,
                       const PluginSearch& search,
                       const std::filesystem::path& folder,
                       std::vector<Fault>& faults) {
    AgentConfig agent;
    agent.name = entry.key;
    agent.place = entry.key_place;
    agent.plugin_place = entry.key_place;
    agent.supervision = defaults;
    const MapReader reader(entry.value, Section::agent, "agent '" + entry.key + "'", faults);
    if (!is_agent_name(entry.key)) {
        reader.add_fault(entry.key_place,
                         "this is no name for an agent: use 1 to 48 of a-z, 0-9, "
                         "- _ and ., beginning with a letter.");
    }
    if (is_reserved_name(entry.key)) {
        reader.add_fault(entry.key_place,
                         "this is the name of a program of drover itself, in logs, events and "
                         "status: give the agent another one.");
    }
    if (entry.value.kind != YamlNode::Kind::map && entry.value.kind != YamlNode::Kind::null) {
        return agent;
    }
    read_plugin(reader, agent);
    if (!agent.plugin.empty()) {
        find_plugin(agent, search, folder, faults);
    }
    reader.read_text("agent", agent.agent);
    const YamlEntry* const choice = reader.find("agent");
    agent.agent_place = choice != nullptr ? choice->place() : agent.plugin_place;
    read_depends_on(reader, agent);
    read_env_files(reader, agent, folder);
    read_secrets(reader, agent, folder);
    read_config(reader, agent);
    reader.read_boolean("enabled", agent.enabled);
    reader.read_boolean("observer", agent.observer);
    read_simulate(reader, agent);
    read_grants(reader, agent);
    read_sandbox(reader, agent, folder);
    read_user(reader, agent);
    read_restart_group(reader, agent);
    read_supervision(reader, agent.supervision);
    read_schedule(reader, agent);
    read_replicas(reader, agent);
    return agent;
}

}  // namespace drover
