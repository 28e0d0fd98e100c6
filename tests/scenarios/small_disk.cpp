#include "scenarios/small_disk.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

namespace drover::scenarios {
namespace {

bool put(const char* file, const std::string& text) {
    std::ofstream stream(file);
    stream << text << std::flush;
    return stream.good();
}

/// The user stays who it is, and may mount in its own namespace.
bool enter_user_namespace() {
    const std::string user = std::to_string(::getuid());
    const std::string group = std::to_string(::getgid());
    return ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && put("/proc/self/setgroups", "deny") &&
           put("/proc/self/uid_map", user + " " + user + " 1\n") &&
           put("/proc/self/gid_map", group + " " + group + " 1\n");
}

/// Once for a process: namespaces are left with it.
const std::string& enter_mount_namespace() {
    static const std::string why_not = [] {
        const bool is_in = ::unshare(CLONE_NEWNS) == 0 || enter_user_namespace();
        const bool is_private =
            is_in && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
        return is_private ? std::string()
                          : "This system lets a test have no mount namespace of its own (" +
                                std::string(std::strerror(errno)) + ").";
    }();
    return why_not;
}

}  // namespace

SmallDisk::SmallDisk(std::filesystem::path folder, std::size_t bytes)
    : folder_(std::move(folder)), why_not_(enter_mount_namespace()) {
    std::filesystem::create_directories(folder_);
    const std::string options = "mode=0700,size=" + std::to_string(bytes);
    if (why_not_.empty() &&
        ::mount("drover-test", folder_.c_str(), "tmpfs", 0, options.c_str()) != 0) {
        why_not_ = "A file system in memory cannot be mounted in '" + folder_.string() +
                   "': " + std::strerror(errno) + ".";
    }
}

SmallDisk::~SmallDisk() {
    if (why_not_.empty()) {
        ::umount2(folder_.c_str(), MNT_DETACH);
    }
}

void SmallDisk::fill(std::size_t rest) const {
    const int file = ::open(filler().c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    const std::vector<char> block(std::size_t{64} << 10U);
    for (std::size_t size = block.size(); size > 0;) {
        if (::write(file, block.data(), size) <= 0) {
            size /= 2;  // What is left is smaller.
        }
    }
    const off_t end = ::lseek(file, 0, SEEK_END);
    if (rest > 0 && ::ftruncate(file, end - static_cast<off_t>(rest)) != 0) {
        throw std::filesystem::filesystem_error(
            "ftruncate", filler(), std::error_code(errno, std::generic_category()));
    }
    ::close(file);
}

void SmallDisk::free() const {
    std::filesystem::remove(filler());
}

}  // namespace drover::scenarios
