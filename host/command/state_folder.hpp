/// Whether a folder can be a fleet's state directory, before anything is tried in it.
#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace drover {

/// Leaves everything as it is. Fails with a sentence where `directory` is something else than a
/// folder, cannot be written to, or does not exist and cannot be made.
[[nodiscard]] Result<void> check_state_directory(const std::filesystem::path& directory);

}  // namespace drover
