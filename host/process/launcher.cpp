// Starts children with Boost.Process, and is the only file that sees it. Each comment below stands
// for a fault that was seen.
#include "process/launcher.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/extend.hpp>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace drover {
namespace {

constexpr int first_further = 5;
constexpr int last_held = 9;
constexpr int first_free = last_held + 1;
constexpr int could_not_prepare = 126;

/// Keeps 3 to 9 occupied, so that neither Boost's error pipe nor a descriptor to hand over ever
/// lands on a number that the child is about to replace.
void hold_low_descriptors() {
    while (true) {
        const int number = ::open("/dev/null", O_RDWR | O_CLOEXEC);
        if (number < 0) {
            return;
        }
        if (number > last_held) {
            ::close(number);
            return;
        }
    }
}

/// By its number, because <sys/pidfd.h> of glibc 2.36 does not link from C++. Close-on-exec.
int open_pidfd(pid_t pid) {
    return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U));
}

/// What a child writes into a pipe when it cannot become what it should be.
struct ChildFailure {
    bool is_of_sandbox = false;
    LimitFailure limit{};
    SandboxFailure sandbox{};
};

/// What the child does between fork and exec. Only async-signal-safe calls from there on.
class PrepareChild : public boost::process::extend::handler {
public:
    /// A limit that cannot be applied is told through `report`, a pipe.
    PrepareChild(const LaunchRequest& request, char** environment, int report)
        : request_(&request), environment_(environment), report_(report), parent_(::getpid()) {}

    template <typename Executor>
    void on_setup(Executor& executor) const {
        executor.env = environment_;
    }

    template <typename Executor>
    void on_exec_setup(Executor& /*executor*/) const {
        if (!place_descriptors() || !enter_folder()) {
            ::_exit(could_not_prepare);
        }
        if (request_->own_session) {
            ::setsid();
        }
        if (const auto failure = apply_limits(request_->limits)) {
            give_up({false, *failure, {}});
        }
        if (request_->dies_with_parent) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
            if (::getppid() != parent_) {
                ::_exit(could_not_prepare);  // The parent ended before the signal was asked for.
            }
        }
        reset_signals();
        if (request_->sandbox) {
            if (const auto failure = request_->sandbox->enter()) {
                give_up({true, {}, *failure});
            }
        }
    }

    template <typename Executor>
    void on_error(Executor& executor, const std::error_code& /*error*/) const {
        if (executor.pid > 0) {
            ::waitpid(executor.pid, nullptr, 0);  // A failed exec leaves a zombie otherwise.
        }
    }

private:
    [[noreturn]] void give_up(const ChildFailure& failure) const {
        (void)!::write(report_, &failure, sizeof failure);
        ::_exit(could_not_prepare);
    }
    [[nodiscard]] bool place_descriptors() const {
        std::array<int, first_free> wanted{};
        wanted.fill(-1);
        wanted[0] = ::open("/dev/null", O_RDWR);
        wanted[1] = request_->output < 0 ? wanted[0] : request_->output;
        wanted[2] = request_->errors < 0 ? wanted[0] : request_->errors;
        wanted[3] = request_->channel;
        wanted[4] = request_->page;
        for (std::size_t i = 0; i < request_->further.size() && first_further + i < first_free;
             ++i) {
            wanted[first_further + i] = request_->further[i];
        }
        // Everything is first moved above the numbers that are about to be replaced.
        for (int& number : wanted) {
            number = number < 0 ? -1 : ::fcntl(number, F_DUPFD_CLOEXEC, first_free);
        }
        // Marked, not closed: closing would close Boost's own error pipe, and a program that
        // is missing would report success.
        ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
        for (int target = 0; target < first_free; ++target) {
            const int source = wanted[static_cast<std::size_t>(target)];
            if (source >= 0 && ::dup2(source, target) < 0) {
                return false;
            }
        }
        return true;
    }

    [[nodiscard]] bool enter_folder() const {
        return request_->folder.empty() || ::chdir(request_->folder.c_str()) == 0;
    }

    static void reset_signals() {
        for (int number = 1; number < NSIG; ++number) {
            ::signal(number, SIG_DFL);
        }
        sigset_t none;
        ::sigemptyset(&none);
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
    }

    const LaunchRequest* request_;
    char** environment_;
    int report_;
    pid_t parent_;
};

/// Blocks all signals while it lives, so that no handler of ours runs in the child.
class SignalsBlocked {
public:
    SignalsBlocked() {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;
    ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_{};
};

/// This process's environment with the request's entries instead of those of the same name.
std::vector<char*> environment_for(const LaunchRequest& request) {
    std::vector<char*> entries;
    const auto is_replaced = [&request](std::string_view entry) {
        const std::string_view name = entry.substr(0, entry.find('=') + 1);
        return std::any_of(request.environment.begin(),
                           request.environment.end(),
                           [name](const std::string& added) { return added.starts_with(name); });
    };
    for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
        if (!is_replaced(*entry)) {
            entries.push_back(*entry);
        }
    }
    for (const std::string& added : request.environment) {
        entries.push_back(const_cast<char*>(added.c_str()));
    }
    entries.push_back(nullptr);
    return entries;
}

/// Tells which limit a child could not apply. Costs nothing where it has neither limits nor
/// sandbox.
class ChildReport {
public:
    explicit ChildReport(const LaunchRequest& request) : request_(&request) {
        std::array<int, 2> numbers{-1, -1};
        if ((!request.limits.is_empty() || request.sandbox) &&
            ::pipe2(numbers.data(), O_CLOEXEC) == 0) {
            reading_ = FileDescriptor(numbers[0]);
            writing_ = FileDescriptor(numbers[1]);
        }
    }
    [[nodiscard]] int writing() const { return writing_.number(); }
    /// Once the child has executed its program or has ended: its end of the pipe is closed.
    std::optional<std::string> failure() {
        writing_ = FileDescriptor();
        ChildFailure told;
        if (!reading_.is_open() || ::read(reading_.number(), &told, sizeof told) != sizeof told) {
            return std::nullopt;
        }
        return told.is_of_sandbox ? sentence_of(told.sandbox)
                                  : sentence_of(told.limit, request_->limits);
    }

private:
    const LaunchRequest* request_;
    FileDescriptor reading_;
    FileDescriptor writing_;
};

/// Starts the program and returns its pid.
Result<pid_t> spawn(const LaunchRequest& request) {
    namespace process = boost::process;
    std::vector<char*> environment = environment_for(request);
    ChildReport report(request);
    std::error_code error;
    pid_t pid = -1;
    try {
        const SignalsBlocked blocked;
        process::child child(process::exe = request.program.string(),
                             process::args = request.arguments,
                             PrepareChild(request, environment.data(), report.writing()),
                             error);
        pid = child.id();
        child.detach();  // At once: its destructor kills, and its other calls reap.
    } catch (const std::exception& fault) {
        return Error{ErrorKind::unavailable,
                     "Cannot start " + request.program.string() + ": " + fault.what() + "."};
    }
    if (error) {
        const auto kind = error == std::errc::no_such_file_or_directory ? ErrorKind::not_found
                                                                        : ErrorKind::unavailable;
        return Error{kind,
                     "Cannot start " + request.program.string() + ": " + error.message() + "."};
    }
    if (const auto failure = report.failure()) {
        ::waitpid(pid, nullptr, 0);
        return Error{ErrorKind::refused, *failure};
    }
    return pid;
}

}  // namespace

Result<Child> launch(const LaunchRequest& request) {
    if (request.further.size() > static_cast<std::size_t>(first_free - first_further)) {
        return Error{ErrorKind::invalid, "A child takes over at most 5 further descriptors."};
    }
    hold_low_descriptors();
    const auto pid = spawn(request);
    if (!pid) {
        return pid.error();
    }
    Child child{pid.value(), FileDescriptor(open_pidfd(pid.value()))};
    if (!child.watch.is_open()) {
        const std::string reason = std::strerror(errno);
        ::kill(child.pid, SIGKILL);
        ::waitpid(child.pid, nullptr, 0);
        return Error{ErrorKind::unavailable,
                     "Cannot watch " + request.program.string() + ": " + reason + "."};
    }
    return child;
}

std::optional<ExitStatus> reap(const Child& child) {
    siginfo_t info{};
    const auto descriptor = static_cast<id_t>(child.watch.number());
    if (::waitid(P_PIDFD, descriptor, &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0) {
        return std::nullopt;
    }
    if (info.si_code == CLD_EXITED) {
        return ExitStatus{info.si_status, std::nullopt};
    }
    return ExitStatus{std::nullopt, info.si_status};
}

bool was_stopped_or_continued(const Child& child) {
    siginfo_t info{};
    const auto descriptor = static_cast<id_t>(child.watch.number());
    return ::waitid(P_PIDFD, descriptor, &info, WSTOPPED | WCONTINUED | WNOHANG) == 0 &&
           info.si_pid != 0;
}

std::optional<ExitStatus> wait_for_exit(const Child& child, std::chrono::nanoseconds longest) {
    pollfd ended{child.watch.number(), POLLIN, 0};
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(longest).count();
    ::poll(&ended, 1, static_cast<int>(milliseconds));
    return reap(child);
}

void send_signal(const Child& child, int signal) {
    if (child.watch.is_open()) {
        ::syscall(SYS_pidfd_send_signal, child.watch.number(), signal, nullptr, 0U);
    }
}

std::string signal_name(int signal) {
    const char* const name = ::sigabbrev_np(signal);
    return name == nullptr ? "signal " + std::to_string(signal) : std::string("SIG") + name;
}

std::string ExitStatus::text() const {
    return signal ? "killed by " + signal_name(*signal)
                  : "exit code " + std::to_string(code.value_or(-1));
}

Result<SocketPair> make_socket_pair() {
    std::array<int, 2> numbers{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, numbers.data()) != 0) {
        return Error{ErrorKind::unavailable,
                     std::string("Cannot make a socket pair: ") + std::strerror(errno) + "."};
    }
    return SocketPair{FileDescriptor(numbers[0]), FileDescriptor(numbers[1])};
}

}  // namespace drover
