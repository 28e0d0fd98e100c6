#include <algorithm>

#include "base/names.hpp"
#include "config/sections.hpp"

namespace drover {
namespace {

void read_distribution_key(const MapReader& parent, const YamlEntry& entry, AgentConfig& agent) {
    const MapReader reader(
        entry.value, Section::distribution, parent.owner() + ": distribution", parent.faults());
    if (reader.find("by_key") == nullptr) {
        reader.add_fault(entry.place(),
                         "'distribution' as a map takes the field that decides, as in {by_key: "
                         "symbol}.");
        return;
    }
    const std::size_t before = reader.faults().size();
    reader.read_text("by_key", agent.distribution.key);
    if (reader.faults().size() == before) {
        agent.distribution.mode = Distribution::Mode::by_key;
    }
}

void read_distribution(const MapReader& reader, AgentConfig& agent) {
    const YamlEntry* const entry = reader.find("distribution");
    if (entry == nullptr) {
        return;
    }
    agent.distribution_place = entry->place();
    if (entry->value.kind == YamlNode::Kind::map) {
        read_distribution_key(reader, *entry, agent);
    } else if (entry->value.kind == YamlNode::Kind::scalar && entry->value.text == "by_key") {
        reader.add_fault(entry->place(),
                         "'distribution: by_key' needs the field that decides: write {by_key: "
                         "symbol}.");
    } else {
        constexpr Word<Distribution::Mode> words[] = {
            {"all", Distribution::Mode::all}, {"round_robin", Distribution::Mode::round_robin}};
        reader.read_word("distribution", agent.distribution.mode, words);
    }
    if (!agent.replicas) {
        reader.add_fault(entry->place(), "'distribution' has a meaning only with 'replicas'.");
    }
}

/// The agent whose name is one of an instance of `agent`: a number follows its own.
bool is_instance_name(const std::string& name, const std::string& agent) {
    return name.size() > agent.size() + 1 && name.starts_with(agent + ".") &&
           std::all_of(name.begin() + static_cast<std::ptrdiff_t>(agent.size()) + 1,
                       name.end(),
                       [](char letter) { return letter >= '0' && letter <= '9'; });
}

}  // namespace

std::string instance_name(const std::string& agent, int number) {
    return agent + "." + std::to_string(number);
}

void read_replicas(const MapReader& reader, AgentConfig& agent) {
    if (const YamlEntry* const entry = reader.find("replicas")) {
        int count = 1;
        reader.read_integer("replicas", count, 1, most_replicas);
        agent.replicas = count;
        agent.replicas_place = entry->place();
    }
    read_distribution(reader, agent);
}

void check_replicas(const FleetConfig& fleet, std::vector<Fault>& faults) {
    for (const AgentConfig& agent : fleet.agents) {
        if (!agent.replicas) {
            continue;
        }
        const std::string whose = "agent '" + agent.name + "': 'replicas': ";
        if (!is_agent_name(instance_name(agent.name, most_replicas))) {
            faults.push_back({agent.replicas_place,
                              whose + "the name is too long for instances, which are called '" +
                                  instance_name(agent.name, 1) +
                                  "' and so on: use at most 45 "
                                  "letters."});
        }
        if (fleet.replay_clock == agent.name) {
            faults.push_back({agent.replicas_place,
                              whose + "the agent that moves the time of the fleet (`clock`) is "
                                      "one: remove the key."});
        }
        for (const AgentConfig& other : fleet.agents) {
            if (is_instance_name(other.name, agent.name)) {
                faults.push_back({other.place,
                                  "agent '" + other.name + "' has the name of an instance of '" +
                                      agent.name +
                                      "', which has 'replicas': give it another "
                                      "one."});
            }
        }
    }
}

}  // namespace drover
