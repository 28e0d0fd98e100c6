/// The command line of `drover`: verbs, options, help and exit codes. docs/cli.md promises them.
#pragma once

namespace drover {

/// Reads the arguments, runs the verb and returns the exit code. The caller's main passes its own.
[[nodiscard]] int run_command_line(int count, char** arguments);

}  // namespace drover
