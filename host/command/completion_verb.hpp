/// `drover completion`: scripts for shells, and the names of agents that they ask for.
#pragma once

#include <filesystem>
#include <string>

#include "command/verb_tree.hpp"

namespace drover {

struct CompletionOptions {
    std::filesystem::path state_directory;
    std::string what;  ///< bash, zsh, fish, or `names`.
};

/// Prints the script for `tree`, or the names of the running fleet's agents, one a line; of the
/// agents.yaml in the working directory where none runs. Returns the exit code.
[[nodiscard]] int run_completion(const CompletionOptions& options, const VerbEntry& tree);

}  // namespace drover
