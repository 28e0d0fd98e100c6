/// drover-router: passes the messages of a fleet. Started by droverd, with the control channel as
/// descriptor 3 and the status page as descriptor 4.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include <sys/socket.h>
#include <sys/stat.h>

#include "base/clock.hpp"
#include "base/file_descriptor.hpp"
#include "base/freed_memory.hpp"
#include "base/line_channel.hpp"
#include "base/logging.hpp"
#include "base/oversized_writes.hpp"
#include "process/programs_folder.hpp"
#include "process/status_page.hpp"
#include "router/router_loop.hpp"

namespace {

constexpr int control_descriptor = 3;
constexpr int page_descriptor = 4;

bool is_socket(int descriptor) {
    int type = 0;
    socklen_t size = sizeof(type);
    return ::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

/// Signals are read from a descriptor; ZeroMQ's threads must not take them.
void block_signals() {
    sigset_t watched;
    ::sigemptyset(&watched);
    ::sigaddset(&watched, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &watched, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    drover::fail_oversized_writes();
}

drover::Result<void> run() {
    ::umask(077);  // Its sockets are for its own user, or for whom they are given to.
    auto page = drover::StatusPage::attach(page_descriptor);
    if (!page) {
        return page.error();
    }
    drover::StatusPage::capture_crashes_on(page_descriptor,
                                           drover::programs_folder() / "drover-router");
    auto loop = drover::RouterLoop::open(
        drover::LineChannel(drover::FileDescriptor(control_descriptor)), std::move(page.value()));
    if (!loop) {
        return loop.error();
    }
    return loop.value()->run();
}

}  // namespace

int main(int count, char** arguments) {
    const std::string_view word = count > 1 ? arguments[1] : "";
    if (word == "--version") {
        std::puts("drover-router " DROVER_VERSION);
        return 0;
    }
    const bool asks_for_help = word == "--help" || word == "-h";
    if (asks_for_help || !is_socket(control_descriptor)) {
        std::fputs(
            "drover-router is started by droverd, which is started by `drover up`; it has nothing "
            "to do on its own.\n",
            asks_for_help ? stdout : stderr);
        return asks_for_help ? 0 : 2;
    }
    drover::keep_freed_memory();
    drover::open_log("drover-router", drover::LogLevel::info);
    // Messages pass here: they do not wait for who reads the log.
    drover::keep_log_from_blocking(std::chrono::milliseconds(0));
    block_signals();
    const auto outcome = run();
    if (!outcome) {
        drover::log_error(outcome.error().message);
    }
    constexpr auto last_writing = std::chrono::milliseconds(500);
    drover::finish_log(drover::monotonic_now() + last_writing);
    return outcome ? EXIT_SUCCESS : EXIT_FAILURE;
}
