#include "config/map_reader.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <utility>

#include "base/names.hpp"
#include "config/scalar.hpp"

namespace drover {
namespace {

bool contains(std::span<const std::string> words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// The number that a plain scalar spells; nothing where it is none, or too large for its type.
template <typename Number>
std::optional<Number> plain_number(const YamlNode& node) {
    const std::string& text = node.text;
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number = node.is_plain && error == std::errc() &&
                           end == text.data() + text.size() &&
                           plain_type(text) == PlainType::number;
    return is_number ? std::optional(value) : std::nullopt;
}

std::string short_text(double value) {
    std::ostringstream text;
    text << value;
    return text.str();
}

std::string duration_text(Nanoseconds value) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(value).count()) +
           "ms";
}

}  // namespace

std::optional<bool> truth_of(const YamlNode& node) {
    if (node.kind != YamlNode::Kind::scalar || !node.is_plain) {
        return std::nullopt;
    }
    if (node.text == "yes" || node.text == "true" || node.text == "True" || node.text == "TRUE") {
        return true;
    }
    if (node.text == "no" || node.text == "false" || node.text == "False" || node.text == "FALSE") {
        return false;
    }
    return std::nullopt;
}

std::string alternatives(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t index = 0; index < words.size(); ++index) {
        text += index == 0 ? "" : (index + 1 == words.size() ? " or " : ", ");
        text += words[index];
    }
    return text;
}

MapReader::MapReader(const YamlNode& node,
                     Section section,
                     std::string owner,
                     std::vector<Fault>& faults)
    : node_(&node), owner_(std::move(owner)), faults_(&faults) {
    if (node.kind == YamlNode::Kind::null) {
        return;
    }
    if (node.kind != YamlNode::Kind::map) {
        const auto keys = known_keys(section);
        add_fault(node.place,
                  "a map with keys such as '" + keys.front() + "' is expected here, and this is " +
                      describe(node) + ".");
        return;
    }
    for (const YamlEntry& entry : node.entries) {
        if (!contains(known_keys(section), entry.key)) {
            refuse_key(entry, section);
        }
    }
}

const YamlEntry* MapReader::find(std::string_view key) const {
    const YamlEntry* const entry = node_->find(key);
    if (entry == nullptr || entry->value.kind == YamlNode::Kind::null) {
        return nullptr;
    }
    const bool is_empty = entry->value.kind == YamlNode::Kind::scalar && entry->value.is_plain &&
                          plain_type(entry->value.text) == PlainType::null;
    return is_empty ? nullptr : entry;
}

void MapReader::read_text(std::string_view key, std::string& target) const {
    const YamlEntry* const entry = find(key);
    if (entry == nullptr) {
        return;
    }
    if (entry->value.kind != YamlNode::Kind::scalar) {
        add_fault(entry->place(),
                  "'" + entry->key + "' takes a text, and this is " + describe(entry->value) + ".");
    } else if (entry->value.text.empty()) {
        add_fault(entry->place(), "'" + entry->key + "' is empty.");
    } else {
        target = entry->value.text;
    }
}

void MapReader::read_boolean(std::string_view key, bool& target) const {
    const YamlEntry* const entry = find(key);
    if (entry == nullptr) {
        return;
    }
    if (const auto truth = truth_of(entry->value)) {
        target = *truth;
    } else {
        add_fault(entry->place(),
                  "'" + entry->key + "' takes true or false, and this is " +
                      describe(entry->value) + ".");
    }
}

void MapReader::read_duration(std::string_view key, Nanoseconds& target, Nanoseconds least) const {
    const YamlEntry* const entry = find(key);
    if (entry == nullptr) {
        return;
    }
    if (entry->value.kind != YamlNode::Kind::scalar) {
        add_fault(entry->place(),
                  "'" + entry->key +
                      "' takes a duration such as 250ms, 1.5s, 2m or 1h, and this "
                      "is " +
                      describe(entry->value) + ".");
        return;
    }
    const auto duration = parse_duration(entry->value.text);
    if (!duration) {
        add_fault(entry->place(), "'" + entry->key + "': " + duration.error().message);
    } else if (duration.value() < least) {
        add_fault(entry->place(),
                  "'" + entry->key + "' must be at least " + duration_text(least) +
                      ", and this is " + entry->value.text + ".");
    } else {
        target = duration.value();
    }
}

void MapReader::read_size(std::string_view key, std::uint64_t& target, std::uint64_t least) const {
    const YamlEntry* const entry = find(key);
    if (entry == nullptr) {
        return;
    }
    if (entry->value.kind != YamlNode::Kind::scalar) {
        add_fault(entry->place(),
                  "'" + entry->key + "' takes a size such as 512KiB, 10MiB or 1GiB, and this is " +
                      describe(entry->value) + ".");
        return;
    }
    const auto size = parse_size(entry->value.text);
    if (!size) {
        add_fault(entry->place(), "'" + entry->key + "': " + size.error().message);
    } else if (size.value() < least) {
        add_fault(entry->place(),
                  "'" + entry->key + "' must be at least " + size_text(least) + ", and this is " +
                      entry->value.text + ".");
    } else {
        target = size.value();
    }
}

void MapReader::read_integer(std::string_view key, int& target, int least, int most) const {
    const YamlEntry* const entry = find(key);
    if (entry == nullptr) {
        return;
    }
    const auto value = plain_number<int>(entry->value);
    if (!value || *value < least || *value > most) {
        add_fault(entry->place(),
                  "'" + entry->key + "' takes a whole number from " + std::to_string(least) +
                      " to " + std::to_string(most) + ", and this is " + describe(entry->value) +
                      ".");
    } else {
        target = *value;
    }
}

void MapReader::read_number(std::string_view key, double& target, double least, double most) const {
    const YamlEntry* const entry = find(key);
    if (entry == nullptr) {
        return;
    }
    const auto value = plain_number<double>(entry->value);
    if (!value || *value < least || *value > most) {
        add_fault(entry->place(),
                  "'" + entry->key + "' takes a number from " + short_text(least) + " to " +
                      short_text(most) + ", and this is " + describe(entry->value) + ".");
    } else {
        target = *value;
    }
}

void MapReader::add_fault(const SourcePlace& place, const std::string& message) const {
    std::string text = owner_.empty() ? message : owner_ + ": " + message;
    faults_->push_back({place, std::move(text)});
}

void MapReader::refuse_word(const YamlEntry& entry,
                            const std::vector<std::string>& known,
                            const std::vector<std::string>& later) const {
    if (entry.value.kind == YamlNode::Kind::scalar && contains(later, entry.value.text)) {
        add_fault(entry.place(),
                  "'" + entry.key + ": " + entry.value.text + "' is not available yet: use " +
                      alternatives(known) + ".");
        return;
    }
    const std::string help = entry.value.kind == YamlNode::Kind::scalar
                                 ? did_you_mean(entry.value.text, known)
                                 : std::string();
    add_fault(entry.place(),
              "'" + entry.key + "' takes " + alternatives(known) + ", and this is " +
                  describe(entry.value) + "." + help);
}

void MapReader::refuse_key(const YamlEntry& entry, Section section) const {
    if (contains(later_keys(section), entry.key)) {
        add_fault(entry.key_place,
                  "'" + entry.key +
                      "' is not available yet in this version of drover: remove "
                      "the key.");
        return;
    }
    if (contains(plugin_keys(section), entry.key)) {
        add_fault(
            entry.key_place,
            "'" + entry.key + "' is a key of the plugin: write it under the agent's 'config'.");
        return;
    }
    add_fault(entry.key_place,
              "unknown key '" + entry.key + "'." + did_you_mean(entry.key, known_keys(section)));
}

}  // namespace drover
