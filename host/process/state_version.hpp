/// Which layout a state directory has, and whether this drover may open it.
#pragma once

#include <filesystem>
#include <optional>

#include "base/result.hpp"

namespace drover {

/// The layout that this program writes.
inline constexpr int state_version = 3;

/// The version that a state directory says it has; nothing without one, 0 for what is no number
/// or cannot be read.
[[nodiscard]] std::optional<int> read_state_version(const std::filesystem::path& directory);

/// Whether a program of this version may open what lies in `directory`, older layouts included.
/// Fails with `refused` where a newer drover wrote it, or the version cannot be understood; a
/// directory without a version was never used and passes.
[[nodiscard]] Result<void> check_state_version(const std::filesystem::path& directory);

}  // namespace drover
