#include "command/child_with_request.hpp"

#include <csignal>
#include <utility>

#include <poll.h>
#include <unistd.h>

#include "base/json_value.hpp"
#include "base/logging.hpp"
#include "process/programs_folder.hpp"

namespace drover {
namespace {

/// Read by a signal handler. The child is not reaped before the program's last step, so the number
/// is never another process's.
volatile pid_t child_to_interrupt = 0;

constexpr std::string_view progress_mark = "{\"progress\":";

}  // namespace

ChildWithRequest::ChildWithRequest(Child child, FileDescriptor channel)
    : child_(std::move(child)), lines_(std::move(channel)) {}

Result<ChildWithRequest> ChildWithRequest::start(const std::string& verb,
                                                 const Json& request,
                                                 const std::string& program,
                                                 int page) {
    auto sockets = make_socket_pair();
    if (!sockets) {
        return sockets.error();
    }
    LaunchRequest launch_request;
    launch_request.program = programs_folder() / program;
    launch_request.arguments = {verb};
    launch_request.output = STDOUT_FILENO;
    launch_request.errors = STDERR_FILENO;
    launch_request.channel = sockets.value().theirs.number();
    launch_request.page = page;
    launch_request.own_session = false;
    launch_request.environment = {std::string(log_for_people_variable) + "=1"};
    auto child = launch(launch_request);
    if (!child) {
        return child.error();
    }
    sockets.value().theirs.close();
    ChildWithRequest started(std::move(child.value()), std::move(sockets.value().ours));
    started.lines_.write_line(to_line(request));
    return started;
}

std::optional<std::string> ChildWithRequest::wait_for_answer(
    const std::function<void(const Json&)>& on_progress, const std::function<void()>& on_look) {
    constexpr int between_looks_ms = 250;
    while (true) {
        for (std::string& line : lines_.read_lines()) {
            if (!line.starts_with(progress_mark)) {
                return std::move(line);
            }
            const auto progress = parse_json(line);
            if (progress && on_progress) {
                on_progress(progress.value().at("progress"));
            }
        }
        if (lines_.is_ended()) {
            return std::nullopt;
        }
        const short events = static_cast<short>(lines_.has_unsent() ? POLLIN | POLLOUT : POLLIN);
        pollfd waiting{lines_.descriptor(), events, 0};
        (void)::poll(&waiting, 1, on_look ? between_looks_ms : -1);
        if (on_look) {
            on_look();
        }
        lines_.flush();
    }
}

void ChildWithRequest::pass_on_interrupt() const {
    child_to_interrupt = child_.pid;
    struct sigaction action {};
    action.sa_handler = [](int signal) { ::kill(child_to_interrupt, signal); };
    ::sigaction(SIGINT, &action, nullptr);
}

ExitStatus ChildWithRequest::wait_for_exit() {
    while (true) {
        if (const auto status = reap(child_)) {
            return *status;
        }
        const short events = static_cast<short>(lines_.has_unsent() ? POLLOUT : 0);
        pollfd waiting[2] = {{child_.watch.number(), POLLIN, 0}, {lines_.descriptor(), events, 0}};
        (void)::poll(waiting, lines_.is_ended() ? 1 : 2, -1);
        lines_.flush();
    }
}

}  // namespace drover
