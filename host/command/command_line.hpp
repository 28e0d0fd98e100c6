/// The command line of `drover`: verbs, options, help and exit codes. docs/cli.md promises them.
#pragma once

#include "command/verb_tree.hpp"

namespace drover {

/// Reads the arguments, runs the verb and returns the exit code. The caller's main passes its own.
[[nodiscard]] int run_command_line(int count, char** arguments);

/// All verbs and options, for what is made from them.
[[nodiscard]] VerbEntry command_verbs();

}  // namespace drover
