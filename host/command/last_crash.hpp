/// The last crash report of an agent, its frames named, for `drover describe`.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/json.hpp"

namespace drover {

/// Reads it from the state directory, so that no droverd need run. Frames get `function`, `file`
/// and `line`, null where the file has no symbols or was replaced since. Nothing where the agent
/// has no report.
[[nodiscard]] std::optional<Json> last_crash_of(const std::filesystem::path& state_directory,
                                                const std::string& agent);

/// The same for people: the frames and the last lines of the log as tables.
[[nodiscard]] Json readable_crash(const Json& report);

}  // namespace drover
