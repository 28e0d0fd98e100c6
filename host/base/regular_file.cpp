#include "base/regular_file.hpp"

#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>

namespace drover {
namespace {

/// Why something of this kind is not read.
std::string why_no_file(mode_t mode) {
    if (S_ISDIR(mode)) {
        return "This is a folder; name the file in it.";
    }
    const char* const kind = S_ISFIFO(mode) ? "a pipe" : S_ISSOCK(mode) ? "a socket" : "a device";
    return std::string("This is ") + kind +
           ", and only a file is read: write what it gives into a file, and name that.";
}

}  // namespace

Result<FileDescriptor> open_regular_file(const std::filesystem::path& file) {
    // Without O_NONBLOCK a pipe that nobody writes to would keep us here.
    FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    const int fault = errno;
    struct stat about {};
    const bool is_known = opened.is_open() ? ::fstat(opened.number(), &about) == 0
                                           : ::stat(file.c_str(), &about) == 0;
    if (is_known && !S_ISREG(about.st_mode)) {
        return Error{ErrorKind::invalid, why_no_file(about.st_mode)};
    }
    if (!opened.is_open()) {
        return Error{fault == ENOENT ? ErrorKind::not_found : ErrorKind::invalid,
                     std::string("The file cannot be opened: ") + std::strerror(fault) + "."};
    }
    return opened;
}

}  // namespace drover
