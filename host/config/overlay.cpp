#include "config/overlay.hpp"

#include <algorithm>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "base/names.hpp"
#include "config/source_text.hpp"

namespace drover {
namespace {

/// The environments that have an overlay beside the file.
std::vector<std::string> environments_of(const std::filesystem::path& base) {
    std::error_code fault;
    const std::filesystem::path folder =
        base.has_parent_path() ? base.parent_path() : std::filesystem::path(".");
    const std::string before = base.stem().string() + ".";
    const std::string behind = base.extension().string();
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder, fault)) {
        const std::string name = entry.path().filename().string();
        if (name.size() > before.size() + behind.size() && name.starts_with(before) &&
            name.ends_with(behind)) {
            names.push_back(
                name.substr(before.size(), name.size() - before.size() - behind.size()));
        }
    }
    std::ranges::sort(names);
    return names;
}

std::string list_of(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

Fault missing(const std::filesystem::path& base, const std::string& environment) {
    const auto known = environments_of(base);
    const SourcePlace place{"--environment " + environment, 0, 0};
    const std::string file = overlay_file(base, environment).string();
    return {place,
            "there is no file " + file + "." + did_you_mean(environment, known) +
                (known.empty() ? " No environment has a file beside " + base.string() + "."
                               : " The environments are: " + list_of(known) + ".")};
}

bool is_empty(const YamlNode& node) {
    return node.kind == YamlNode::Kind::null;
}

Fault nothing_to_take_away(const YamlNode& below, const YamlEntry& entry) {
    std::vector<std::string> known;
    for (const YamlEntry& other : below.entries) {
        known.push_back(other.key);
    }
    return {entry.key_place,
            "'" + entry.key +
                "' has no value here, which takes it away, and the file below has none." +
                did_you_mean(entry.key, known)};
}

}  // namespace

std::string fleet_environment() {
    const char* const name = std::getenv("DROVER_ENVIRONMENT");
    return name == nullptr ? "" : name;
}

std::filesystem::path overlay_file(const std::filesystem::path& base,
                                   const std::string& environment) {
    std::filesystem::path file = base;
    file.replace_filename(base.stem().string() + "." + environment + base.extension().string());
    return file;
}

void merge_over(YamlNode& root, YamlNode over, std::vector<Fault>& faults) {
    if (root.kind != YamlNode::Kind::map || over.kind != YamlNode::Kind::map) {
        root = std::move(over);
        return;
    }
    for (YamlEntry& entry : over.entries) {
        YamlEntry* const below = root.find(entry.key);
        if (is_empty(entry.value) && below == nullptr) {
            faults.push_back(nothing_to_take_away(root, entry));
        } else if (is_empty(entry.value)) {
            std::erase_if(root.entries,
                          [&](const YamlEntry& known) { return known.key == entry.key; });
        } else if (below == nullptr) {
            root.entries.push_back(std::move(entry));
        } else {
            const bool are_maps =
                below->value.kind == YamlNode::Kind::map && entry.value.kind == YamlNode::Kind::map;
            if (!are_maps) {
                below->key_place = entry.key_place;
            }
            merge_over(below->value, std::move(entry.value), faults);
        }
    }
}

bool is_environment(const std::string& environment) {
    return is_agent_name(environment);
}

void apply_overlay(const std::filesystem::path& base,
                   const std::string& environment,
                   const std::optional<std::string>& given,
                   YamlNode& root,
                   std::vector<Fault>& faults) {
    if (!is_environment(environment)) {
        faults.push_back({{"--environment " + environment, 0, 0},
                          "this is no name for an environment: use 1 to 48 of a-z, 0-9, - _ and "
                          "., beginning with a letter."});
        return;
    }
    const std::filesystem::path file = overlay_file(base, environment);
    std::error_code ignored;
    if (!given && !std::filesystem::exists(file, ignored)) {
        faults.push_back(missing(base, environment));
        return;
    }
    const auto text = given ? std::variant<std::string, Fault>(*given) : read_source_text(file);
    if (const auto* const fault = std::get_if<Fault>(&text)) {
        faults.push_back(*fault);
        return;
    }
    YamlDocument document = parse_yaml(std::get<std::string>(text), file.string());
    std::ranges::move(document.faults, std::back_inserter(faults));
    if (!document.is_complete || is_empty(document.root)) {
        return;  // An empty overlay changes nothing.
    }
    if (document.root.kind != YamlNode::Kind::map) {
        faults.push_back({document.root.place,
                          "an overlay is a map with keys such as 'agents', and this is " +
                              describe(document.root) + "."});
        return;
    }
    merge_over(root, std::move(document.root), faults);
}

}  // namespace drover
