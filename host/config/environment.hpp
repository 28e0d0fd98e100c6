/// Environment variables inside agents.yaml: `${NAME}` and `${NAME:-default}`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/yaml_tree.hpp"

namespace drover {

/// Replaces `${NAME}` by the variable's value and `${NAME:-default}` by the default where the
/// variable is unset or empty; `$$` is a dollar. Fails for an unset variable without a default and
/// for a brace that is not closed.
[[nodiscard]] Result<std::string> replace_variables(std::string_view text);

/// Replaces the variables in every scalar of a fleet's file and adds a fault for each that fails.
/// `${secret:NAME}` stays where it is the whole of a value in an agent's `config`, and is noted.
void replace_variables(YamlNode& root, std::vector<Fault>& faults);

}  // namespace drover
