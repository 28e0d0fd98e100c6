/// Manual pages: drover(1) from the verbs and options, agents.yaml(5) from the schema of the file.
#pragma once

#include <string>

#include "base/json.hpp"
#include "command/verb_tree.hpp"

namespace drover {

/// drover(1) in roff. `version` stands in its foot.
[[nodiscard]] std::string command_page(const VerbEntry& tree, const std::string& version);

/// agents.yaml(5) in roff, from docs/agents.schema.json.
[[nodiscard]] std::string file_page(const Json& schema, const std::string& version);

/// Text as roff shows it as it is: dashes stay dashes, and no line begins a request.
[[nodiscard]] std::string roff_text(const std::string& text);

}  // namespace drover
