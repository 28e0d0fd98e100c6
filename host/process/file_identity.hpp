/// Seeing that a file was replaced or written since somebody looked at it.
#pragma once

#include <cstdint>
#include <filesystem>

#include <sys/stat.h>

namespace drover {

/// Which file stands at a path, and in which state. Equal values mean: the same content, as far as
/// the file system tells.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t number = 0;
    std::int64_t size = -1;    ///< -1: there is no such file.
    std::int64_t written = 0;  ///< Wall ns.
    std::int64_t changed = 0;  ///< Wall ns.

    friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

[[nodiscard]] inline FileIdentity file_identity(const std::filesystem::path& file) {
    constexpr std::int64_t per_second = 1'000'000'000;
    struct stat about {};
    if (::stat(file.c_str(), &about) != 0) {
        return {};
    }
    return {about.st_dev,
            about.st_ino,
            about.st_size,
            about.st_mtim.tv_sec * per_second + about.st_mtim.tv_nsec,
            about.st_ctim.tv_sec * per_second + about.st_ctim.tv_nsec};
}

}  // namespace drover
