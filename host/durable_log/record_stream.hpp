/// Reads the records of one segment file, one behind the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"
#include "durable_log/record_format.hpp"

namespace drover {

/// One thread.
class RecordStream {
public:
    /// Begins behind the header.
    explicit RecordStream(FileDescriptor file) : file_(std::move(file)) {}

    /// The next record, valid until the next call; nothing where none begins or one is not sound.
    /// Fails when the file cannot be read.
    [[nodiscard]] Result<std::optional<LogRecord>> next();
    /// The same, where the owner may write meanwhile: at the end it looks once more.
    [[nodiscard]] Result<std::optional<LogRecord>> next_written();
    /// Where in the file the next record would begin.
    [[nodiscard]] std::uint64_t offset() const { return offset_; }
    [[nodiscard]] int file() const { return file_.number(); }
    [[nodiscard]] FileDescriptor release() { return std::move(file_); }

private:
    /// Forgets that the end was seen: records may have been written since.
    void look_again() { have_ = at_; }
    /// Makes `wanted` bytes behind `at_` available, fewer at the end of the file.
    [[nodiscard]] Result<void> fill(std::size_t wanted);

    FileDescriptor file_;
    std::uint64_t offset_ = sizeof(SegmentHeader);
    std::vector<std::byte> buffer_;
    std::size_t at_ = 0;    ///< In the buffer: what lies at offset_ in the file.
    std::size_t have_ = 0;  ///< Bytes of the buffer that are filled.
};

}  // namespace drover
