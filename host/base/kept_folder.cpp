#include "base/kept_folder.hpp"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"

namespace drover {

std::error_code sync_folder(const std::filesystem::path& folder) {
    const std::filesystem::path named = folder.empty() ? std::filesystem::path(".") : folder;
    const FileDescriptor opened(::open(named.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.is_open()) {
        return {errno, std::generic_category()};
    }
    while (::fsync(opened.number()) != 0) {
        if (errno == EINVAL || errno == ENOTSUP) {
            break;
        }
        if (errno != EINTR) {
            return {errno, std::generic_category()};
        }
    }
    return {};
}

std::error_code make_kept_folders(const std::filesystem::path& folder) {
    if (!folder.has_filename() && folder.has_relative_path()) {
        return make_kept_folders(folder.parent_path());  // A slash at the end.
    }
    std::error_code fault;
    if (folder.empty() || std::filesystem::is_directory(folder, fault)) {
        return {};
    }
    if (auto above = make_kept_folders(folder.parent_path())) {
        return above;
    }
    std::filesystem::create_directory(folder, fault);
    return fault ? fault : sync_folder(folder.parent_path());
}

}  // namespace drover
