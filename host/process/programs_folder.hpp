/// Where the other programs of this installation lie.
#pragma once

#include <filesystem>

namespace drover {

/// The folder of the running program, found through /proc/self/exe; droverd, drover-router and
/// drover-agent lie beside it.
[[nodiscard]] inline std::filesystem::path programs_folder() {
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
}

}  // namespace drover
