/// Overlays: `agents.NAME.yaml` beside `agents.yaml`, with what is different in one environment.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/yaml_tree.hpp"

namespace drover {

/// The environment whose overlay is merged over every fleet's file that this process reads, and
/// that its children read: DROVER_ENVIRONMENT, which `--environment` sets. Empty: none.
[[nodiscard]] std::string fleet_environment();

/// agents.prod.yaml for agents.yaml and "prod".
[[nodiscard]] std::filesystem::path overlay_file(const std::filesystem::path& base,
                                                 const std::string& environment);

/// Whether it is a name that an environment may have.
[[nodiscard]] bool is_environment(const std::string& environment);

/// Merges the overlay of `environment` over `root`: the given text, or the file where there is
/// none. Adds a fault where the name is none, there is no such file (naming the environments there
/// are), or it is no good YAML.
void apply_overlay(const std::filesystem::path& base,
                   const std::string& environment,
                   const std::optional<std::string>& given,
                   YamlNode& root,
                   std::vector<Fault>& faults);

/// Maps are merged key by key; every other value, lists too, takes the place of the one below. A
/// key without a value takes the key away; that there is none is a fault, since a name typed
/// wrongly would leave what was to go. New keys come last.
void merge_over(YamlNode& root, YamlNode over, std::vector<Fault>& faults);

}  // namespace drover
