/// What was typed wrongly, in words for the person who typed it: CLI11's own are for programmers.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
class Error;
}  // namespace CLI

namespace drover {

/// The innermost verb that was read, and its name: "log skip". Without one the program, and "".
[[nodiscard]] std::pair<const CLI::App*, std::string> verb_in_use(const CLI::App& program);

/// One sentence. `app` is the verb that was read, or the program where there is none; `typed` what
/// stood on the command line, without the program.
[[nodiscard]] std::string usage_sentence(const CLI::App& app,
                                         const CLI::Error& error,
                                         const std::vector<std::string>& typed);

}  // namespace drover
