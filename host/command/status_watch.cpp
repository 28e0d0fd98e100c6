/// Looking, drawing, and waiting for the next look.
#include "command/status_watch.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <optional>
#include <sstream>
#include <string>

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/file_descriptor.hpp"
#include "base/json_value.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/status_table.hpp"
#include "command/text_table.hpp"

namespace drover {

namespace {

constexpr auto answer_time = std::chrono::seconds(10);

std::string clock_text() {
    const std::time_t now = wall_now() / std::chrono::nanoseconds(std::chrono::seconds(1)).count();
    std::tm local{};
    ::localtime_r(&now, &local);
    std::array<char, 16> text{};
    (void)std::strftime(text.data(), text.size(), "%H:%M:%S", &local);
    return text.data();
}

/// The signals that end the watch or change the terminal's size, as something to wait for.
class WatchSignals {
public:
    WatchSignals() {
        sigset_t watched;
        ::sigemptyset(&watched);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGWINCH}) {
            ::sigaddset(&watched, signal);
        }
        ::sigprocmask(SIG_BLOCK, &watched, &before_);
        readable_ = FileDescriptor(::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK));
        ::signal(SIGPIPE, SIG_IGN);
    }
    WatchSignals(const WatchSignals&) = delete;
    WatchSignals& operator=(const WatchSignals&) = delete;
    ~WatchSignals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

    /// Waits until `until`, or for a new size. False when the watch is to end.
    [[nodiscard]] bool wait(Monotonic until) const {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - monotonic_now()).count();
        std::array<pollfd, 2> waits = {{{readable_.number(), POLLIN, 0}, {STDOUT_FILENO, 0, 0}}};
        (void)::poll(waits.data(), waits.size(), static_cast<int>(std::max<long>(left, 0)));
        signalfd_siginfo info{};
        while (::read(readable_.number(), &info, sizeof info) ==
               static_cast<ssize_t>(sizeof info)) {
            if (info.ssi_signo != SIGWINCH) {
                return false;
            }
        }
        return (waits[1].revents & (POLLERR | POLLHUP)) == 0;
    }

private:
    sigset_t before_{};
    FileDescriptor readable_;
};

/// The terminal's other screen, without a cursor; what stood there before comes back at the end.
class Screen {
public:
    Screen() : is_terminal_(::isatty(STDOUT_FILENO) == 1) { put("\x1b[?1049h\x1b[?25l"); }
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;
    ~Screen() { put("\x1b[?25h\x1b[?1049l"); }

    [[nodiscard]] bool is_terminal() const { return is_terminal_; }

    /// Draws over what is there, so that nothing flickers; what does not fit below is left out.
    void draw(const std::string& text) const {
        winsize size{};
        (void)::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
        const int rows = size.ws_row > 0 ? size.ws_row : 24;
        std::istringstream lines(text);
        std::string frame = "\x1b[H";
        int row = 0;
        for (std::string line; row < rows && std::getline(lines, line); ++row) {
            frame += (row == 0 ? "" : "\r\n") + fitting(line, size.ws_col) + "\x1b[K";
        }
        put(frame + "\x1b[J");
    }

private:
    static std::string fitting(const std::string& line, std::size_t width) {
        if (width == 0 || character_count(line) <= width) {
            return line;
        }
        std::size_t bytes = 0;
        for (std::size_t characters = 0; bytes < line.size(); ++bytes) {
            const bool begins = (static_cast<unsigned char>(line[bytes]) & 0xC0U) != 0x80U;
            characters += begins ? 1U : 0U;
            if (characters == width) {
                break;
            }
        }
        return line.substr(0, bytes) + "…";
    }
    void put(const std::string& text) const {
        if (is_terminal_) {
            (void)std::fputs(text.c_str(), stdout);
            (void)std::fflush(stdout);
        }
    }

    bool is_terminal_;
};

class StatusWatch {
public:
    StatusWatch(const StatusOptions& options, ControlClient client)
        : options_(options), client_(std::move(client)) {}

    /// Asks droverd. False when it answers with an error that stays.
    bool look() {
        if (!client_) {
            auto again = ControlClient::connect(options_.state_directory);
            if (!again) {
                return true;
            }
            client_.emplace(std::move(again.value()));
        }
        const auto document = client_->call("status", status_params(options_), answer_time);
        if (document) {
            document_ = document.value();
            seen_at_ = clock_text();
            return true;
        }
        client_.reset();
        if (document.error().kind == ErrorKind::not_found) {
            refusal_ = document.error();
        }
        return !refusal_;
    }

    [[nodiscard]] std::string text(std::size_t width) const {
        std::string text = status_text(document_, width);
        if (!client_) {
            text = "droverd does not answer; waiting for it. This is how it was at " + seen_at_ +
                   ".\n\n" + text;
        }
        return text;
    }
    /// The document, or null while no droverd answers.
    [[nodiscard]] const Json& document() const {
        static const Json nothing = nullptr;
        return client_ ? document_ : nothing;
    }
    [[nodiscard]] int exit_code() const {
        if (refusal_) {
            return report_answer(*refusal_);
        }
        return client_ ? exit_code_of(options_, document_) : exit_no_droverd;
    }

private:
    const StatusOptions& options_;
    std::optional<ControlClient> client_;
    Json document_ = Json::object();
    std::string seen_at_;
    std::optional<Error> refusal_;
};

void print(const StatusOptions& options, const StatusWatch& watch, bool is_first) {
    if (options.as_json) {
        (void)std::printf("%s\n", to_line(watch.document()).c_str());
    } else {
        (void)std::printf(
            "%s%s\n%s", is_first ? "" : "\n", clock_text().c_str(), watch.text(0).c_str());
    }
    (void)std::fflush(stdout);
}

}  // namespace

int watch_status(const StatusOptions& options, std::chrono::milliseconds interval) {
    auto client = ControlClient::connect(options.state_directory);
    if (!client) {
        return report(client.error());
    }
    StatusWatch watch(options, std::move(client.value()));
    if (!watch.look()) {
        return watch.exit_code();
    }
    {
        const WatchSignals signals;
        const Screen screen;
        Monotonic next = monotonic_now();
        bool is_first = true;
        do {
            if (monotonic_now() >= next) {
                next = monotonic_now() + interval;
                if (!is_first && !watch.look()) {
                    break;
                }
                if (!screen.is_terminal() || options.as_json) {
                    print(options, watch, is_first);
                }
                is_first = false;
            }
            if (screen.is_terminal() && !options.as_json) {
                screen.draw(watch.text(terminal_width()));
            }
        } while (std::ferror(stdout) == 0 && signals.wait(next));
    }
    return watch.exit_code();
}

}  // namespace drover
