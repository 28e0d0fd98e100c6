/// Completion scripts for shells, made from the verbs and options.
#pragma once

#include <string>

#include "command/verb_tree.hpp"

namespace drover {

enum class Shell { bash, zsh, fish };

/// The script that completes `tree`. It asks `drover completion names` for the names of agents.
[[nodiscard]] std::string completion_script(const VerbEntry& tree, Shell shell);

}  // namespace drover
