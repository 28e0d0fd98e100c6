/// Opens files that people name, without waiting for what is no file.
#pragma once

#include <filesystem>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"

namespace drover {

/// Opens a regular file for reading. Never waits: a pipe, a socket, a device or a folder is refused
/// (`invalid`) with a sentence that says what it is, in which "this" is the file. What cannot be
/// opened fails with `not_found` or `invalid` and "The file cannot be opened: <why>."
[[nodiscard]] Result<FileDescriptor> open_regular_file(const std::filesystem::path& file);

}  // namespace drover
