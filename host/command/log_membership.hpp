/// Whether a recording and a durable log are of one run of the fleet.
#pragma once

#include <filesystem>

#include "base/result.hpp"
#include "command/log_messages.hpp"

namespace drover {

/// False where an agent of the recording was given a durable message that is not in the log, though
/// the log keeps what the same publisher gave on its topic before it and behind it: so the log was
/// begun by another run, also where agents, topics and times are the same. What the log may have
/// removed, or is still to get, speaks for nothing. Reads both once.
[[nodiscard]] Result<bool> are_of_one_run(LogMessages& log, const std::filesystem::path& recording);

}  // namespace drover
