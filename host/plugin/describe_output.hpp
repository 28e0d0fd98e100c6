/// `drover-agent --describe FILE`: the child that loads a stranger's plugin so that nobody else
/// must.
#pragma once

#include <filesystem>

namespace drover {

/// Loads the plugin and prints one line of JSON on standard output: the library's description, or
/// {"error": "sentence"}. What the plugin itself prints goes to standard error. Returns the exit
/// code: 0, or 1 with an error.
[[nodiscard]] int describe_to_output(const std::filesystem::path& file);

}  // namespace drover
