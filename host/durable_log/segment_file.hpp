/// The segment files of a durable log's folder: their names and their order.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"
#include "durable_log/record_format.hpp"

namespace drover {

/// One file of the log.
struct SegmentFile {
    std::uint64_t first_position = 0;  ///< Of what is in it, or will be.
    std::uint64_t size = 0;            ///< Bytes on disk, as preallocated.
};

/// FOLDER/00000000000000000001.segment
[[nodiscard]] std::filesystem::path segment_path(const std::filesystem::path& folder,
                                                 std::uint64_t first_position);
/// What a segment is called until it is complete.
[[nodiscard]] std::filesystem::path unfinished_path(const std::filesystem::path& folder);

/// The segments in `folder` by position; none when there is no such folder.
[[nodiscard]] Result<std::vector<SegmentFile>> list_segments(const std::filesystem::path& folder);

/// A segment file whose header is sound.
struct OpenSegment {
    FileDescriptor file;
    SegmentHeader header;
};
/// Fails with a sentence that names the file.
[[nodiscard]] Result<OpenSegment> open_segment(const std::filesystem::path& file, bool for_writing);

}  // namespace drover
