/// Reads messages of the durable log from its segments, by position.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "durable_log/record_stream.hpp"
#include "durable_log/segment_file.hpp"

namespace drover {

/// One reader goes on from where it read last without looking for the place. One thread.
class LogReader {
public:
    /// `segments`, by position, must outlive the reader and may grow and shrink meanwhile.
    LogReader(std::filesystem::path folder, const std::vector<SegmentFile>& segments)
        : folder_(std::move(folder)), segments_(segments) {}

    /// The message or refusal at `position`, which must be kept and on disk. Valid until the next
    /// call. Fails with a sentence when it cannot be read.
    [[nodiscard]] Result<LogRecord> read(std::uint64_t position);

private:
    [[nodiscard]] Result<void> go_to_segment_of(std::uint64_t position);
    [[nodiscard]] std::uint64_t end_of_segment() const;

    std::filesystem::path folder_;
    const std::vector<SegmentFile>& segments_;
    std::optional<RecordStream> records_;
    std::uint64_t segment_ = 0;  ///< The first position of the open segment.
    std::uint64_t next_ = 0;     ///< The position of the next record in records_.
};

}  // namespace drover
