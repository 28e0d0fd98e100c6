#include "command/live_screen.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>
#include <string_view>

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "command/text_table.hpp"

namespace drover {

namespace {

constexpr std::string_view entering = "\x1b[?1049h\x1b[?25l";
constexpr std::string_view leaving = "\x1b[?25h\x1b[?1049l";

/// The terminal as it was, for those who have no object at hand: a handler of crashes.
termios first_settings{};
volatile std::sig_atomic_t has_settings = 0;

extern "C" void give_back_and_crash(int signal) {
    (void)!::write(STDOUT_FILENO, leaving.data(), leaving.size());
    if (has_settings != 0) {
        (void)::tcsetattr(STDIN_FILENO, TCSANOW, &first_settings);
    }
    (void)::signal(signal, SIG_DFL);
    (void)::raise(signal);
}

winsize size_of_terminal() {
    winsize size{};
    (void)::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    return size;
}

/// The longest beginning of a line that fits, with an ellipsis where it was cut. Escape sequences
/// take no room.
std::string fitting(const std::string& line, std::size_t width) {
    std::string shown;
    std::size_t characters = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (line[at] == '\x1b') {
            const std::size_t end = line.find('m', at);
            shown += line.substr(at, end == std::string::npos ? end : end - at + 1);
            at = std::min(end, line.size() - 1);
            continue;
        }
        const bool begins = (static_cast<unsigned char>(line[at]) & 0xC0U) != 0x80U;
        characters += begins ? 1U : 0U;
        if (characters > width) {
            // The last one that fitted gives way to the ellipsis.
            while (!shown.empty() && (static_cast<unsigned char>(shown.back()) & 0xC0U) == 0x80U) {
                shown.pop_back();
            }
            if (!shown.empty()) {
                shown.pop_back();
            }
            return shown + "…\x1b[0m";
        }
        shown += line[at];
    }
    return shown;
}

std::string name_of_sequence(std::string_view sequence) {
    struct Key {
        std::string_view sequence;
        const char* name;
    };
    static constexpr std::array keys{Key{"\x1b[A", "up"},
                                     Key{"\x1b[B", "down"},
                                     Key{"\x1b[C", "right"},
                                     Key{"\x1b[D", "left"},
                                     Key{"\x1bOA", "up"},
                                     Key{"\x1bOB", "down"},
                                     Key{"\x1bOC", "right"},
                                     Key{"\x1bOD", "left"},
                                     Key{"\x1b[5~", "page up"},
                                     Key{"\x1b[6~", "page down"},
                                     Key{"\x1b[H", "home"},
                                     Key{"\x1b[F", "end"}};
    const auto* const found = std::ranges::find(keys, sequence, &Key::sequence);
    return found == keys.end() ? "escape" : found->name;
}

}  // namespace

WatchSignals::WatchSignals() {
    sigset_t watched;
    ::sigemptyset(&watched);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH}) {
        ::sigaddset(&watched, signal);
    }
    ::sigprocmask(SIG_BLOCK, &watched, &before_);
    readable_ = FileDescriptor(::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK));
    ::signal(SIGPIPE, SIG_IGN);
}

WatchSignals::~WatchSignals() {
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

WatchSignals::Event WatchSignals::wait(Monotonic until, int keys) const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - monotonic_now()).count();
    std::array<pollfd, 3> waits = {
        {{readable_.number(), POLLIN, 0}, {STDOUT_FILENO, 0, 0}, {keys, POLLIN, 0}}};
    (void)::poll(waits.data(), waits.size(), static_cast<int>(std::max<long>(left, 0)));
    signalfd_siginfo info{};
    Event event = Event::none;
    while (::read(readable_.number(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
        if (info.ssi_signo == SIGTSTP) {
            event = event == Event::end ? event : Event::suspend;
        } else if (info.ssi_signo != SIGWINCH) {
            event = Event::end;
        }
    }
    const bool is_reader_gone = (waits[1].revents & (POLLERR | POLLHUP)) != 0;
    return is_reader_gone ? Event::end : event;
}

LiveScreen::LiveScreen() : is_terminal_(::isatty(STDOUT_FILENO) == 1) {
    enter();
    if (is_terminal_) {
        for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
            (void)::signal(signal, give_back_and_crash);
        }
    }
}

LiveScreen::~LiveScreen() {
    leave();
    for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
        (void)::signal(signal, SIG_DFL);
    }
}

void LiveScreen::enter() {
    if (!is_terminal_) {
        return;
    }
    (void)std::fwrite(entering.data(), 1, entering.size(), stdout);
    (void)std::fflush(stdout);
    if (reads_keys_) {
        termios settings = first_settings;
        settings.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
        settings.c_cc[VMIN] = 0;
        settings.c_cc[VTIME] = 0;
        (void)::tcsetattr(STDIN_FILENO, TCSANOW, &settings);
    }
}

void LiveScreen::leave() {
    if (!is_terminal_) {
        return;
    }
    (void)std::fwrite(leaving.data(), 1, leaving.size(), stdout);
    (void)std::fflush(stdout);
    if (reads_keys_) {
        (void)::tcsetattr(STDIN_FILENO, TCSANOW, &first_settings);
    }
}

std::size_t LiveScreen::rows() const {
    constexpr std::size_t usual = 24;
    const winsize size = size_of_terminal();
    return size.ws_row > 0 ? size.ws_row : usual;
}

std::size_t LiveScreen::columns() const {
    constexpr std::size_t usual = 80;
    const winsize size = size_of_terminal();
    return size.ws_col > 0 ? size.ws_col : usual;
}

void LiveScreen::read_keys() {
    if (::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &first_settings) == 0) {
        has_settings = 1;
        reads_keys_ = true;
        enter();
    }
}

std::string LiveScreen::key() const {
    if (!reads_keys_) {
        return "";
    }
    char letter = 0;
    if (::read(STDIN_FILENO, &letter, 1) != 1) {
        return "";
    }
    if (letter != '\x1b') {
        return {letter};
    }
    // A terminal writes a whole sequence at once; a lone escape has nothing behind it.
    std::string sequence = "\x1b";
    constexpr std::size_t longest = 8;
    while (sequence.size() < longest && ::read(STDIN_FILENO, &letter, 1) == 1) {
        sequence += letter;
        const bool is_end =
            sequence.size() > 2 && (letter == '~' || (letter >= 'A' && letter <= 'Z'));
        if (is_end) {
            break;
        }
    }
    return name_of_sequence(sequence);
}

void LiveScreen::draw(const std::string& text) const {
    if (!is_terminal_) {
        return;
    }
    const std::size_t most = rows();
    const std::size_t width = columns();
    std::istringstream lines(text);
    std::string frame = "\x1b[H";
    std::size_t row = 0;
    for (std::string line; row < most && std::getline(lines, line); ++row) {
        frame += (row == 0 ? "" : "\r\n") + fitting(line, width) + "\x1b[K";
    }
    frame += "\x1b[J";
    (void)std::fwrite(frame.data(), 1, frame.size(), stdout);
    (void)std::fflush(stdout);
}

void LiveScreen::suspend() {
    leave();
    (void)::raise(SIGSTOP);
    enter();
}

}  // namespace drover
