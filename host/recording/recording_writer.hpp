/// Writes a recording's file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"
#include "recording/recording_file.hpp"

namespace drover {

/// One file. What `add` has returned for is in the file, though not necessarily on disk before
/// `finish`. After a failure the file ends with its last whole block. One thread.
class RecordingWriter {
public:
    /// Makes the file; one that is there already is not touched. Fails with `invalid`.
    [[nodiscard]] static Result<RecordingWriter> create(const std::filesystem::path& file,
                                                        std::int64_t now);

    /// Adds a block. Fails with `unavailable` when it cannot be written (a full disk).
    [[nodiscard]] Result<void> add(BlockKind kind,
                                   std::uint32_t stream,
                                   std::span<const std::byte> body);
    [[nodiscard]] Result<void> add(BlockKind kind, std::string_view json) {
        return add(kind, 0, std::as_bytes(std::span(json.data(), json.size())));
    }
    /// Brings everything to the disk.
    [[nodiscard]] Result<void> finish();

    /// Bytes so far.
    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] const std::filesystem::path& file() const { return path_; }

private:
    RecordingWriter(FileDescriptor file, std::filesystem::path path)
        : file_(std::move(file)), path_(std::move(path)) {}
    [[nodiscard]] Result<void> write(std::span<const std::byte> head,
                                     std::span<const std::byte> body);

    FileDescriptor file_;
    std::filesystem::path path_;
    std::uint64_t size_ = 0;
};

}  // namespace drover
