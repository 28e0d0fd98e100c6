/// Whether a folder can be a fleet's state directory, before anything is tried in it.
#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace drover {

/// Leaves everything as it is. Fails with a sentence where `directory` is something else than a
/// folder, cannot be written to, or does not exist and cannot be made.
[[nodiscard]] Result<void> check_state_directory(const std::filesystem::path& directory);

/// Whether this user may read the files in a folder of the state directory, such as its logs. Fails
/// with `refused` and a sentence where they are another user's.
[[nodiscard]] Result<void> check_readable(const std::filesystem::path& folder);

}  // namespace drover
