#include <algorithm>

#include "base/topic.hpp"
#include "config/sections.hpp"

namespace drover {
namespace {

/// Reads a list of agent names, without checking that they exist.
std::vector<std::string> read_names(const MapReader& reader,
                                    const YamlEntry& entry,
                                    TopicRule& rule) {
    std::vector<std::string> names;
    for (const YamlNode& item : entry.value.items) {
        if (item.kind != YamlNode::Kind::scalar) {
            reader.add_fault(
                item.place,
                "'" + entry.key + "' takes names of agents, and this is " + describe(item) + ".");
        } else if (std::find(names.begin(), names.end(), item.text) != names.end()) {
            reader.add_fault(item.place, "'" + entry.key + "' names '" + item.text + "' twice.");
        } else {
            names.push_back(item.text);
            rule.name_places[entry.key + "/" + item.text] = item.place;
        }
    }
    return names;
}

/// Reads `publishers` or `subscribers`.
void read_rights(const MapReader& reader,
                 std::string_view key,
                 TopicRule& rule,
                 std::optional<std::vector<std::string>>& target) {
    const YamlEntry* const entry = reader.find(key);
    if (entry == nullptr) {
        return;
    }
    if (entry->value.kind != YamlNode::Kind::list) {
        reader.add_fault(entry->place(),
                         "'" + entry->key +
                             "' takes a list of agents such as [risk], and "
                             "this is " +
                             describe(entry->value) + ".");
        return;
    }
    target = read_names(reader, *entry, rule);
}

/// Whoever is waited for must be one of those that may receive.
void check_receivers(const MapReader& reader, const TopicRule& rule) {
    if (!rule.receivers || !rule.subscribers) {
        return;
    }
    for (const std::string& name : *rule.receivers) {
        if (std::find(rule.subscribers->begin(), rule.subscribers->end(), name) ==
            rule.subscribers->end()) {
            reader.add_fault(rule.name_places.at("receivers/" + name),
                             "'receivers' names '" + name +
                                 "', which 'subscribers' does not let receive: name it there too, "
                                 "or remove it here.");
        }
    }
}

void read_receivers(const MapReader& reader, TopicRule& rule) {
    const YamlEntry* const entry = reader.find("receivers");
    rule.receivers_declared = rule.delivery == Delivery::durable;
    if (entry == nullptr) {
        return;
    }
    if (rule.delivery != Delivery::durable) {
        reader.add_fault(entry->key_place,
                         "'receivers' only has a meaning with delivery: durable, "
                         "whose receivers are waited for: remove it.");
        return;
    }
    if (entry->value.kind == YamlNode::Kind::list) {
        rule.receivers = read_names(reader, *entry, rule);
        rule.receivers_declared = false;
    } else if (entry->value.kind != YamlNode::Kind::scalar || entry->value.text != "declared") {
        reader.add_fault(entry->place(),
                         "'receivers' takes declared or a list of agents such as "
                         "[broker], and this is " +
                             describe(entry->value) + ".");
    }
}

/// Reads `delivery`; false when it is wrong, so that nothing is concluded from it.
bool read_delivery(const MapReader& reader, Delivery& delivery) {
    const std::size_t before = reader.faults().size();
    constexpr Word<Delivery> words[] = {
        {"stream", Delivery::stream}, {"latest", Delivery::latest}, {"durable", Delivery::durable}};
    reader.read_word("delivery", delivery, words);
    return reader.faults().size() == before;
}

TopicRule read_rule(const YamlEntry& entry, std::vector<Fault>& faults) {
    TopicRule rule;
    rule.pattern = entry.key;
    rule.place = entry.key_place;
    const MapReader reader(entry.value, Section::topic_rule, "topic '" + entry.key + "'", faults);
    if (!is_topic_pattern(entry.key)) {
        reader.add_fault(entry.key_place,
                         "this is no topic pattern: write words joined by dots, "
                         "where * stands for one word and > at the end for the "
                         "rest, as in market.bar.>");
    }
    const bool is_delivery_known = read_delivery(reader, rule.delivery);
    reader.read_boolean("gated", rule.gated);
    read_rights(reader, "publishers", rule, rule.publishers);
    read_rights(reader, "subscribers", rule, rule.subscribers);
    if (is_delivery_known) {
        read_receivers(reader, rule);
        check_receivers(reader, rule);
    }
    return rule;
}

}  // namespace

std::string_view text_of(Delivery delivery) {
    switch (delivery) {
        case Delivery::latest:
            return "latest";
        case Delivery::durable:
            return "durable";
        case Delivery::stream:
            break;
    }
    return "stream";
}

std::vector<TopicRule> read_topics(const YamlNode& topics, std::vector<Fault>& faults) {
    std::vector<TopicRule> rules;
    if (topics.kind != YamlNode::Kind::map && topics.kind != YamlNode::Kind::null) {
        faults.push_back({topics.place,
                          "topics: a map from patterns to rules is expected here, "
                          "and this is " +
                              describe(topics) + "."});
        return rules;
    }
    for (const YamlEntry& entry : topics.entries) {
        rules.push_back(read_rule(entry, faults));
    }
    return rules;
}

}  // namespace drover
