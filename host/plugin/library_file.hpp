/// What can be said of a plugin file without loading it.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace drover {

/// Says why a file cannot be a library of this machine: it cannot be read, is no ELF file, is for
/// another processor, or is a program or an object file. Runs none of its code.
[[nodiscard]] Result<void> check_library_file(const std::filesystem::path& file);

/// The file's GNU build id in hexadecimal, or "content-…", a hash of all its bytes, where it has
/// none. Fails with `not_found` when the file cannot be read.
[[nodiscard]] Result<std::string> build_id_of(const std::filesystem::path& file);

}  // namespace drover
