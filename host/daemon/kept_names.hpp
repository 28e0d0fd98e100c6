/// What the numbers in the durable log stand for, on disk: for those who read the log when droverd
/// is gone, and for messages of types and agents that the fleet no longer has.
#pragma once

#include <filesystem>

#include "base/json.hpp"
#include "base/result.hpp"

namespace drover {

/// Writes `names` ({"agents": [{"name", "handle"}], "types": [{"handle", …}], …}) into `file`,
/// with the agents and types that stood there and are in it no more. Writes nothing where all of
/// it stands there already.
[[nodiscard]] Result<void> keep_names(const std::filesystem::path& file, Json names);

}  // namespace drover
