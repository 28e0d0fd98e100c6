#include "daemon/agent_user.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"

namespace drover {
namespace {

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

/// Everything in the open folder, and it itself last, so that who is stopped half way begins again.
/// Returns false with errno.
bool give_open_folder(int folder, uid_t user, gid_t group) {
    const std::unique_ptr<DIR, CloseFolder> entries(::fdopendir(::dup(folder)));
    if (!entries) {
        return false;
    }
    while (const dirent* const entry = ::readdir(entries.get())) {
        const std::string name = entry->d_name;
        if (name == "." || name == "..") {
            continue;
        }
        const FileDescriptor item(::openat(folder, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
        struct stat about {};
        if (!item.is_open() || ::fstat(item.number(), &about) != 0) {
            if (errno == ENOENT) {
                continue;
            }
            return false;
        }
        if (S_ISDIR(about.st_mode)) {
            const FileDescriptor inner(
                ::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
            if (!inner.is_open() || !give_open_folder(inner.number(), user, group)) {
                return false;
            }
        } else if (about.st_nlink == 1 &&
                   ::fchownat(item.number(), "", user, group, AT_EMPTY_PATH) != 0) {
            return false;
        }
    }
    return ::fchown(folder, user, group) == 0;
}

Result<void> add_rights(const std::filesystem::path& path, mode_t rights) {
    struct stat about {};
    if (::stat(path.c_str(), &about) != 0 ||
        ((about.st_mode & rights) != rights &&
         ::chmod(path.c_str(), (about.st_mode | rights) & 07777U) != 0)) {
        return Error{ErrorKind::refused,
                     "user: " + path.string() + " cannot be opened to the user of the agent: " +
                         std::strerror(errno) + "."};
    }
    return success();
}

}  // namespace

Result<void> give_folder(const std::filesystem::path& folder, uid_t user, gid_t group) {
    const FileDescriptor open_folder(
        ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat about {};
    const bool is_known = open_folder.is_open() && ::fstat(open_folder.number(), &about) == 0;
    if (is_known && about.st_uid == user) {
        return success();
    }
    if (!is_known || !give_open_folder(open_folder.number(), user, group)) {
        return Error{ErrorKind::refused,
                     "user: the folder " + folder.string() +
                         " cannot be given to the user of the "
                         "agent: " +
                         std::strerror(errno) + "."};
    }
    return success();
}

Result<void> let_pass(const std::filesystem::path& folder) {
    return add_rights(folder, S_IXGRP | S_IXOTH);
}

Result<void> let_read(const std::filesystem::path& file) {
    return add_rights(file, S_IRGRP | S_IROTH);
}

}  // namespace drover
