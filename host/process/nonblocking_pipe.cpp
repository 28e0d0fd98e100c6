#include "process/nonblocking_pipe.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace drover {

Result<NonblockingPipe> make_nonblocking_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return Error{ErrorKind::unavailable,
                     std::string("Cannot make a pipe: ") + std::strerror(errno) + "."};
    }
    NonblockingPipe pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
    ::fcntl(pipe.reading.number(), F_SETFL, O_NONBLOCK);
    return pipe;
}

void read_available(FileDescriptor& reading, std::string& text, std::size_t most) {
    constexpr std::size_t block_size = 16384;
    std::array<char, block_size> block{};
    std::size_t left = most;
    while (reading.is_open() && left > 0) {
        const ssize_t got = ::read(reading.number(), block.data(), block.size());
        if (got == 0) {
            reading.close();
        } else if (got > 0) {
            text.append(block.data(), static_cast<std::size_t>(got));
            left -= std::min(left, static_cast<std::size_t>(got));
        } else if (errno != EINTR) {
            return;
        }
    }
}

}  // namespace drover
