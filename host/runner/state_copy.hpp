/// The copy of an agent's state that the rehearsal of its next plugin works on. droverd, who orders
/// it, removes its folder before and after.
#pragma once

#include <filesystem>

#include "base/result.hpp"
#include "runner/agent_file.hpp"

namespace drover {

/// Makes the folder of `to`, for its owner alone, and writes what is committed in `file` there:
/// call it between callbacks. Fails with `invalid` where `file` is null.
[[nodiscard]] Result<void> copy_state(const AgentFile* file, const std::filesystem::path& to);

/// The same of a file that no agent has now, which is held meanwhile: whoever wants it waits. Where
/// there is none, nothing is written.
[[nodiscard]] Result<void> copy_state(const std::filesystem::path& from,
                                      const std::filesystem::path& to);

}  // namespace drover
