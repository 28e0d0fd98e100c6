/// Sees that a file is saved, by the kernel's word.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"

namespace drover {

/// Watches the folder of a file, because editors save by writing another file and renaming it. One
/// thread.
class FileWatch {
public:
    /// Fails with `unavailable` when the folder cannot be watched.
    [[nodiscard]] static Result<FileWatch> open(const std::filesystem::path& file);

    /// Readable once something in the folder was saved.
    [[nodiscard]] int descriptor() const { return notices_.number(); }
    [[nodiscard]] const std::filesystem::path& file() const { return file_; }

    /// Takes what has happened since the last call. Whether the file was closed after writing, or
    /// moved to its place.
    [[nodiscard]] bool was_saved();

private:
    FileWatch(std::filesystem::path file, FileDescriptor notices)
        : file_(std::move(file)), notices_(std::move(notices)) {}

    std::filesystem::path file_;
    FileDescriptor notices_;
};

}  // namespace drover
