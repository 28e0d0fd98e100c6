/// Remembers on disk which agents a person has stopped, so that they stay stopped when droverd is
/// restarted.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace drover {

/// The names that `keep_stops` wrote; none where there is no such file. Fails with `invalid` when
/// it cannot be understood.
[[nodiscard]] Result<std::vector<std::string>> read_kept_stops(const std::filesystem::path& file);

/// Writes them; they are on disk when it returns.
[[nodiscard]] Result<void> keep_stops(const std::filesystem::path& file,
                                      const std::vector<std::string>& names);

}  // namespace drover
