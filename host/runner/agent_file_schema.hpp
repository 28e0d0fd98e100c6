/// The tables of an agent's file, and how files of older schemas come to have them.
#pragma once

#include <string>

#include "base/result.hpp"
#include "runner/sqlite_file.hpp"

namespace drover {

/// Makes what is missing. Fails with `invalid` when the file belongs to another agent or was
/// written by a newer drover, and with `unavailable` when it cannot be used.
[[nodiscard]] Result<void> prepare_agent_schema(const SqliteFile& file, const std::string& agent);

}  // namespace drover
