#include "command/output_end.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include <poll.h>
#include <unistd.h>

#include "command/exit_code.hpp"

namespace drover {

namespace {

/// Whether standard output is a pipe or socket that nobody reads any more.
bool is_reader_gone() {
    pollfd output{STDOUT_FILENO, POLLOUT, 0};
    return ::poll(&output, 1, 0) == 1 && (output.revents & (POLLERR | POLLHUP)) != 0;
}

}  // namespace

int finish_output(int exit_code) {
    errno = 0;
    const bool is_written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    if (!is_written && errno == 0) {
        // It failed earlier, and nobody kept the reason: an output that is cut short already is
        // asked once more.
        std::clearerr(stdout);
        std::fputc('\n', stdout);
        (void)std::fflush(stdout);
    }
    const int why = errno;
    if (is_written || why == EPIPE || is_reader_gone()) {
        return exit_code;
    }
    const std::string cause = why == 0 ? "" : std::string(": ") + std::strerror(why);
    const int failed = report({ErrorKind::invalid, "The output cannot be written" + cause + "."});
    return exit_code == exit_ok ? failed : exit_code;
}

}  // namespace drover
