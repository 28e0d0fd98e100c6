#include "daemon/guard.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <utility>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/line_channel.hpp"
#include "base/logging.hpp"
#include "process/launcher.hpp"
#include "process/process_tree.hpp"
#include "process/state_lock.hpp"

namespace drover {
namespace {

constexpr int failed = 1;

/// The numbers that descriptors have in the supervisor; LaunchRequest::further begins at 5.
constexpr int ready_there = 6;
constexpr int lifeline_there = 7;

/// Makes the signals that end programs readable instead.
FileDescriptor watch_signals() {
    sigset_t watched;
    ::sigemptyset(&watched);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
        ::sigaddset(&watched, signal);
    }
    ::sigprocmask(SIG_BLOCK, &watched, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    return FileDescriptor(::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK));
}

/// Passes a signal on. The second Ctrl-C is for those who will not wait.
void pass_on(int signals, LineChannel& channel, int& interrupts) {
    signalfd_siginfo info{};
    while (::read(signals, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
        interrupts += info.ssi_signo == SIGINT ? 1 : 0;
        channel.write_line(interrupts > 1 ? shutdown_now_word : shutdown_word);
    }
}

ExitStatus wait_for_supervisor(const Child& supervisor, LineChannel& channel, int signals) {
    int interrupts = 0;
    while (true) {
        std::array<pollfd, 2> waits = {
            {{supervisor.watch.number(), POLLIN, 0}, {signals, POLLIN, 0}}};
        if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) {
            log_error(std::string("The guard cannot wait: ") + std::strerror(errno) + ".");
        }
        if (waits[1].revents != 0) {
            pass_on(signals, channel, interrupts);
        }
        if (const auto status = reap(supervisor)) {
            return *status;
        }
    }
}

/// Ends what the supervisor left behind. An agent that nobody watches is a hazard, so there is no
/// limit to the trying.
void end_everything(const ExitStatus& status) {
    constexpr auto patience = std::chrono::seconds(1);
    if (!status.code) {
        log_error("The supervisor was " + status.text() +
                  "; every process of the fleet is ended with SIGKILL.");
    }
    while (!kill_all_descendants(patience)) {
        log_error("Some processes of the fleet do not end; trying on.");
    }
}

Result<Child> start_supervisor(const DaemonOptions& options,
                               const std::filesystem::path& program,
                               int channel,
                               int lock) {
    LaunchRequest request;
    request.program = program;
    request.arguments = options.for_supervisor(lifeline_there, ready_there);
    request.output = STDOUT_FILENO;
    request.errors = STDERR_FILENO;
    request.channel = channel;
    request.further = {lock, options.ready, options.lifeline};
    // It sees the end of the channel instead, and then ends its own descendants.
    request.dies_with_parent = false;
    return launch(request);
}

int refuse(const DaemonOptions& options, const Error& error) {
    report_faults(options.ready, {error.message});
    return failed;
}

}  // namespace

int run_guard(const DaemonOptions& options, const std::filesystem::path& program) {
    open_log("droverd-guard", LogLevel::info);
    const FileDescriptor signals = watch_signals();
    become_subreaper();
    const auto lock = StateLock::take(options.state_directory);
    if (!lock) {
        return refuse(options, lock.error());
    }
    auto sockets = make_socket_pair();
    if (!sockets) {
        return refuse(options, sockets.error());
    }
    const auto supervisor = start_supervisor(
        options, program, sockets.value().theirs.number(), lock.value().descriptor());
    if (!supervisor) {
        return refuse(options, supervisor.error());
    }
    sockets.value().theirs.close();
    // Theirs alone from here on: their ends must be seen by those who hold the other side.
    for (const int handed_over : {options.ready, options.lifeline}) {
        FileDescriptor(handed_over).close();
    }
    LineChannel channel(std::move(sockets.value().ours));
    const ExitStatus status = wait_for_supervisor(supervisor.value(), channel, signals.number());
    end_everything(status);
    return status.code.value_or(failed);
}

}  // namespace drover
