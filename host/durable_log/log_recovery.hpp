/// Finds out what a durable log holds when it is opened: its last segment is read up to the torn
/// tail.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/file_descriptor.hpp"
#include "base/log_id.hpp"
#include "base/result.hpp"
#include "durable_log/log_state.hpp"
#include "durable_log/segment_file.hpp"

namespace drover {

struct RecoveredLog {
    LogId log{};
    std::vector<SegmentFile> segments;  ///< By position; at least one.
    LogState state;
    std::uint64_t head = 0;   ///< The last position; 0: none yet.
    std::uint64_t batch = 0;  ///< Of the last record.
    std::uint64_t end = 0;    ///< Bytes of the last segment that are sound.
    FileDescriptor last;      ///< The last segment.

    /// The first position that is still kept.
    [[nodiscard]] std::uint64_t first() const { return segments.front().first_position; }
};

/// Up to where a segment was read.
struct SoundEnd {
    std::uint64_t offset = 0;    ///< In the file, behind the last sound record.
    std::uint64_t batch = 0;     ///< Of that record.
    std::uint64_t position = 0;  ///< Of the last message.
};

/// Fails with a sentence where sound records of a later sync lie behind the end: then the file is
/// damaged there, and what was read no torn tail. `file` is open at `path`, the last segment.
[[nodiscard]] Result<void> check_tail(const std::filesystem::path& path,
                                      int file,
                                      const SoundEnd& end);

/// Reads what is in `folder` and changes nothing; nothing: no log. What was not forced to disk when
/// the writer ended is left out. Fails with a sentence when a file is damaged elsewhere: nothing
/// that was promised to be kept is cut off silently.
[[nodiscard]] Result<std::optional<RecoveredLog>> recover_log(const std::filesystem::path& folder,
                                                              bool for_writing);

}  // namespace drover
