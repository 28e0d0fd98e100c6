/// Folders whose names, and the names in them, outlive a power loss: what a file's own sync does
/// not cover.
#pragma once

#include <filesystem>
#include <system_error>

namespace drover {

/// Forces the names in a folder to the disk: what was made, renamed or removed there. A file system
/// that cannot do that for folders counts as having done it.
[[nodiscard]] std::error_code sync_folder(const std::filesystem::path& folder);

/// Makes a folder and those above it that are missing, and forces the name of each new one to the
/// disk. One that is there already costs nothing.
[[nodiscard]] std::error_code make_kept_folders(const std::filesystem::path& folder);

}  // namespace drover
