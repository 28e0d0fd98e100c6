#include "config/override.hpp"

#include "base/names.hpp"

namespace drover {
namespace {

void mark_as_literal(YamlNode& node, const SourcePlace& place) {
    node.is_literal = true;
    node.place = place;
    for (YamlNode& item : node.items) {
        mark_as_literal(item, place);
    }
    for (YamlEntry& entry : node.entries) {
        entry.key_place = place;
        mark_as_literal(entry.value, place);
    }
}

/// The map below `key`, made when there is none; nothing when a value of another kind is there.
YamlNode* map_below(YamlNode& parent, const std::string& key, const SourcePlace& place) {
    YamlEntry* entry = parent.find(key);
    if (entry == nullptr) {
        parent.entries.push_back({key, place, {}});
        entry = &parent.entries.back();
    }
    if (entry->value.kind == YamlNode::Kind::null) {
        entry->value.kind = YamlNode::Kind::map;
        entry->value.place = place;
    }
    return entry->value.kind == YamlNode::Kind::map ? &entry->value : nullptr;
}

std::vector<std::string> names_of(const YamlNode& agents) {
    std::vector<std::string> names;
    for (const YamlEntry& agent : agents.entries) {
        names.push_back(agent.key);
    }
    return names;
}

void apply(const Override& override, YamlNode& agents, std::vector<Fault>& faults) {
    const SourcePlace place{place_of_override(override), 0, 0};
    YamlEntry* const agent = agents.find(override.agent);
    if (agent == nullptr) {
        faults.push_back({place,
                          "there is no agent '" + override.agent + "' in the file." +
                              did_you_mean(override.agent, names_of(agents))});
        return;
    }
    YamlDocument value = parse_yaml(override.value, place.file);
    if (!value.faults.empty()) {
        for (const Fault& fault : value.faults) {
            faults.push_back({place, fault.message});
        }
        return;
    }
    mark_as_literal(value.root, place);
    if (agent->value.kind != YamlNode::Kind::map) {
        return;  // The agent itself is at fault, which is reported where it is read.
    }
    std::string path = "config";
    YamlNode* target = map_below(agent->value, path, place);
    for (std::size_t index = 0; target != nullptr && index + 1 < override.keys.size(); ++index) {
        path = override.keys[index];
        target = map_below(*target, path, place);
    }
    if (target == nullptr) {
        faults.push_back({place,
                          "'" + path + "' of agent '" + override.agent +
                              "' is not a map, so nothing below it can be set."});
        return;
    }
    if (YamlEntry* const old = target->find(override.keys.back())) {
        old->key_place = place;
        old->value = std::move(value.root);
    } else {
        target->entries.push_back({override.keys.back(), place, std::move(value.root)});
    }
}

Error bad_override(std::string_view text, const std::string& why) {
    return {ErrorKind::invalid,
            "--set " + std::string(text) + ": " + why +
                " Write --set AGENT.KEY=VALUE, for example --set "
                "pattern-recognition.crossover.fast=50."};
}

}  // namespace

Result<Override> parse_override(std::string_view text) {
    Override result;
    result.text = text;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) {
        return bad_override(text, "there is no '='.");
    }
    result.value = text.substr(equals + 1);
    std::string_view path = text.substr(0, equals);
    std::size_t dot = path.find('.');
    if (dot == std::string_view::npos) {
        return bad_override(text, "there is no '.' between agent and key.");
    }
    result.agent = path.substr(0, dot);
    if (!is_agent_name(result.agent)) {
        return bad_override(text, "'" + result.agent + "' is not the name of an agent.");
    }
    while (dot != std::string_view::npos) {
        path.remove_prefix(dot + 1);
        dot = path.find('.');
        if (path.substr(0, dot).empty()) {
            return bad_override(text, "a key is empty.");
        }
        result.keys.emplace_back(path.substr(0, dot));
    }
    return result;
}

std::string place_of_override(const Override& override) {
    // "--from DATE" stands for a key without naming it, and is its own place.
    return override.text.starts_with("--") ? override.text : "--set " + override.text;
}

void apply_overrides(const std::vector<Override>& overrides,
                     YamlNode& agents,
                     std::vector<Fault>& faults) {
    for (const Override& override : overrides) {
        apply(override, agents, faults);
    }
}

}  // namespace drover
