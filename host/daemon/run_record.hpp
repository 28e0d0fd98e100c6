/// What one droverd leaves for the next one of the same state directory.
#pragma once

#include <cstdint>
#include <filesystem>

#include <sys/types.h>

#include "base/result.hpp"

namespace drover {

/// STATE/events/run.json. Written when a run begins and ends, and when the kill switch was changed.
struct RunRecord {
    std::uint64_t run = 0;  ///< From 1; 0: there was none yet.
    pid_t pid = -1;
    bool has_ended = true;              ///< False while it runs, and for ever when it was killed.
    std::uint64_t switch_revision = 0;  ///< The last change of the kill switch that is recorded.

    /// A file that is missing or damaged is a record of no run.
    [[nodiscard]] static RunRecord read(const std::filesystem::path& file);
    [[nodiscard]] Result<void> save(const std::filesystem::path& file) const;
};

}  // namespace drover
