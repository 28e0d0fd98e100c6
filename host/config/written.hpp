/// What stands in agents.yaml as texts by key, whatever the keys mean.
#pragma once

#include <map>
#include <string>

#include "config/yaml_tree.hpp"

namespace drover {

/// Every value below `root` by its JSON pointer: "/agents/risk/restart". A list is one value, and
/// so is an empty map. A key without a value counts as absent. Scalars with quotes differ from
/// those without; the order of keys does not count.
[[nodiscard]] std::map<std::string, std::string> written_values(const YamlNode& root);

}  // namespace drover
