/// What the durable log does to files, behind one interface, so that a test can make a disk full or
/// faulty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"

namespace drover {

/// Failures are sentences without the path: the caller names it. Called from the log's own thread,
/// and from the opening one before that thread begins.
class LogDisk {
public:
    virtual ~LogDisk() = default;

    /// Makes a folder and those above it, and forces their names to the disk.
    [[nodiscard]] virtual Result<void> make_folder(const std::filesystem::path& folder);
    /// Makes an empty file of `size` bytes that are reserved on the disk, in place of any other.
    [[nodiscard]] virtual Result<FileDescriptor> create(const std::filesystem::path& file,
                                                        std::uint64_t size);
    /// Writes all of `bytes` at `offset`.
    [[nodiscard]] virtual Result<void> write(int file,
                                             std::span<const std::byte> bytes,
                                             std::uint64_t offset);
    /// Forces the file's data to the disk.
    [[nodiscard]] virtual Result<void> sync(int file);
    /// Gives a file its final name, and forces that to the disk.
    [[nodiscard]] virtual Result<void> rename(const std::filesystem::path& from,
                                              const std::filesystem::path& final_name);
    /// Removes a file; one that is not there counts as removed.
    [[nodiscard]] virtual Result<void> remove(const std::filesystem::path& file);
    /// Fills a file with zero from `offset` to its end, and forces that to the disk.
    [[nodiscard]] virtual Result<void> clear_from(int file, std::uint64_t offset);
};

}  // namespace drover
