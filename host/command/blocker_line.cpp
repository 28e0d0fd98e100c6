/// One line, cut to the terminal's width.
#include "command/blocker_line.hpp"

#include <chrono>
#include <cstdio>

#include <sys/ioctl.h>
#include <unistd.h>

#include "command/status_table.hpp"

namespace drover {

namespace {

/// Where the line cannot be drawn anew each one is kept for ever.
constexpr auto between_lines = std::chrono::seconds(1);

std::size_t width_of_errors() {
    winsize size{};
    constexpr std::size_t usual = 80;
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : usual;
}

}  // namespace

std::string waiting_line(const FleetSnapshot& fleet) {
    const auto blocking = fleet.who_blocks();
    if (blocking.empty()) {
        return "";
    }
    std::string line = "waiting for " + list_of(blocking);
    if (fleet.shutdown_seconds_left) {
        line += "; all that is left is killed in " + uptime_text(*fleet.shutdown_seconds_left);
    }
    return line;
}

BlockerLine::BlockerLine() : is_terminal_(::isatty(STDERR_FILENO) == 1) {}

void BlockerLine::show(const FleetSnapshot& fleet) {
    const std::string line = waiting_line(fleet);
    if (is_terminal_) {
        clear();
        if (!line.empty()) {
            // One column less: a line that fills the last one moves the cursor on.
            (void)std::fputs(line.substr(0, width_of_errors() - 1).c_str(), stderr);
            is_shown_ = true;
        }
    } else if (!line.empty() && monotonic_now() >= next_) {
        (void)std::fprintf(stderr, "%s\n", line.c_str());
        next_ = monotonic_now() + between_lines;
    }
}

void BlockerLine::clear() {
    if (is_shown_) {
        (void)std::fputs("\r\x1b[K", stderr);
        is_shown_ = false;
    }
}

}  // namespace drover
