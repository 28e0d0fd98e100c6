/// Where tests may run programs as another user.
#pragma once

#include <filesystem>

#include <sys/stat.h>

namespace drover::test {

/// Whether every user of the machine may enter a folder and all that are above it.
[[nodiscard]] inline bool is_open_to_others(const std::filesystem::path& folder) {
    const auto may_be_entered = [](const std::filesystem::path& path) {
        struct stat about {};
        return ::stat(path.c_str(), &about) == 0 && (about.st_mode & S_IXOTH) != 0;
    };
    auto path = std::filesystem::canonical(folder);
    while (path.has_relative_path() && may_be_entered(path)) {
        path = path.parent_path();
    }
    return !path.has_relative_path() && may_be_entered(path);
}

}  // namespace drover::test
