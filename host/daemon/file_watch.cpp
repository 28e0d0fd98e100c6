/// inotify on one folder.
#include "daemon/file_watch.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/inotify.h>
#include <unistd.h>

namespace drover {

Result<FileWatch> FileWatch::open(const std::filesystem::path& file) {
    FileDescriptor notices(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    const std::filesystem::path folder = file.parent_path();
    if (!notices.is_open() ||
        ::inotify_add_watch(
            notices.number(), folder.c_str(), IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR) < 0) {
        return Error{ErrorKind::unavailable,
                     "The folder " + folder.string() +
                         " cannot be watched for 'watch: true': " + std::strerror(errno) + "."};
    }
    return FileWatch(file, std::move(notices));
}

bool FileWatch::was_saved() {
    constexpr std::size_t room = 64 * 1024;
    alignas(inotify_event) std::array<char, room> block{};
    const std::string wanted = file_.filename().string();
    bool is_saved = false;
    ssize_t got = 0;
    while ((got = ::read(notices_.number(), block.data(), block.size())) > 0) {
        const char* at = block.data();
        const char* const end = at + got;
        while (at < end) {
            inotify_event notice;
            std::memcpy(&notice, at, sizeof notice);
            const char* const name = at + sizeof notice;
            const bool is_lost = (notice.mask & IN_Q_OVERFLOW) != 0;
            is_saved = is_saved || is_lost || (notice.len > 0 && wanted == name);
            at = name + notice.len;
        }
    }
    return is_saved;
}

}  // namespace drover
