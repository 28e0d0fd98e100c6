#include "base/file_text.hpp"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"

namespace drover {

std::optional<std::string> read_file_text(const std::filesystem::path& file) {
    // O_NONBLOCK: a pipe that nobody writes to would keep us here.
    const FileDescriptor input(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat about {};
    if (!input.is_open() || ::fstat(input.number(), &about) != 0) {
        return std::nullopt;
    }
    if (!S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode)) {
        errno = EINVAL;
        return std::nullopt;
    }
    std::string text;
    std::array<char, 4096> part{};
    for (;;) {
        const ssize_t got = ::read(input.number(), part.data(), part.size());
        if (got > 0) {
            text.append(part.data(), static_cast<std::size_t>(got));
        } else if (got == 0) {
            return text;
        } else if (errno != EINTR) {
            const int why = errno;
            text.clear();
            errno = why;
            return std::nullopt;
        }
    }
}

}  // namespace drover
