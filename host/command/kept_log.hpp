/// The durable log of a state directory as it lies there, for those who read it beside the fleet or
/// without one.
#pragma once

#include <filesystem>
#include <optional>

#include "base/result.hpp"
#include "recording/recording_names.hpp"

namespace drover {

struct KeptLog {
    std::filesystem::path folder;
    RecordingNames names;  ///< What its numbers stand for; none where droverd kept none.
};

/// Nothing: there is no log. Fails with a sentence where the names cannot be read.
[[nodiscard]] Result<std::optional<KeptLog>> find_kept_log(
    const std::filesystem::path& state_directory);

/// Says that there is none, and why that may be.
[[nodiscard]] Error no_kept_log(const std::filesystem::path& state_directory);

}  // namespace drover
