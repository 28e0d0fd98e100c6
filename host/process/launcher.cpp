// Starts children with Boost.Process, and is the only file that sees it. Each comment below stands
// for a fault that was seen.
#include "process/launcher.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <vector>

// glibc has vfork in every mode; Boost takes POSIX 2008 for a system without it.
#define BOOST_POSIX_HAS_VFORK 1
#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/posix.hpp>
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

/// Keeps 3 to 9 occupied, so that no descriptor to hand over ever
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

/// The signals that this process does not leave to their defaults.
std::vector<int> signals_with_handlers() {
    std::vector<int> numbers;
    for (int number = 1; number < NSIG; ++number) {
        struct sigaction now {};
        if (::sigaction(number, nullptr, &now) == 0 && now.sa_handler != SIG_DFL) {
            numbers.push_back(number);
        }
    }
    return numbers;
}

/// What ended a child before its program was executed.
struct ChildFailure {
    int folder = 0;  ///< Why it could not enter its folder, an errno.
    std::optional<LimitFailure> limit;
    std::optional<UserFailure> user;
    std::optional<SandboxFailure> sandbox;
};

/// What the child does before its program is executed. It lives in this process's memory meanwhile
/// (vfork: no page table is copied and torn down again), and this process waits: only
/// async-signal-safe calls, and nothing that allocates.
class PrepareChild : public boost::process::extend::handler {
public:
    /// `failure` gets what the child could not do.
    PrepareChild(const LaunchRequest& request, char** environment, ChildFailure& failure)
        : request_(&request),
          environment_(environment),
          failure_(&failure),
          handled_(signals_with_handlers()),
          parent_(::getpid()) {}

    template <typename Executor>
    void on_setup(Executor& executor) const {
        executor.env = environment_;
    }

    template <typename Executor>
    void on_exec_setup(Executor& /*executor*/) const {
        if (!place_descriptors()) {
            ::_exit(could_not_prepare);
        }
        if (!enter_folder()) {
            failure_->folder = errno;
            ::_exit(could_not_prepare);
        }
        if (request_->own_session) {
            ::setsid();
        }
        failure_->limit = apply_limits(request_->limits);
        if (failure_->limit) {
            ::_exit(could_not_prepare);
        }
        if (request_->user) {
            failure_->user = become(*request_->user);
            if (failure_->user) {
                ::_exit(could_not_prepare);
            }
        }
        if (request_->dies_with_parent) {  // A change of the user takes the signal back.
            ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
            if (::getppid() != parent_) {
                ::_exit(could_not_prepare);  // The parent ended before the signal was asked for.
            }
        }
        reset_signals();
        if (request_->sandbox) {
            failure_->sandbox = request_->sandbox->enter();
            if (failure_->sandbox) {
                ::_exit(could_not_prepare);
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

    /// They are blocked until here, so that no handler of this process runs in its memory twice.
    void reset_signals() const {
        for (const int number : handled_) {
            ::signal(number, SIG_DFL);
        }
        sigset_t none;
        ::sigemptyset(&none);
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
    }

    const LaunchRequest* request_;
    char** environment_;
    ChildFailure* failure_;
    std::vector<int> handled_;
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

ExitStatus status_in(const siginfo_t& info) {
    if (info.si_code == CLD_EXITED) {
        return {info.si_status, std::nullopt};
    }
    return {std::nullopt, info.si_status};
}

std::string sentence_of(const ChildFailure& failure, const LaunchRequest& request) {
    if (failure.limit) {
        return sentence_of(*failure.limit, request.limits);
    }
    return failure.user ? sentence_of(*failure.user, *request.user) : sentence_of(*failure.sandbox);
}

/// Starts the program and returns its pid.
Result<pid_t> spawn(const LaunchRequest& request) {
    namespace process = boost::process;
    std::vector<char*> environment = environment_for(request);
    std::error_code error;
    pid_t pid = -1;
    ChildFailure failure;
    try {
        const SignalsBlocked blocked;
        process::child child(process::exe = request.program.string(),
                             process::args = request.arguments,
                             PrepareChild(request, environment.data(), failure),
                             process::posix::use_vfork,
                             error);
        pid = child.id();
        child.detach();  // At once: its destructor kills, and its other calls reap.
    } catch (const std::exception& fault) {
        return Error{ErrorKind::unavailable,
                     "Cannot start " + request.program.string() + ": " + fault.what() + "."};
    }
    if (failure.limit || failure.user || failure.sandbox) {
        ::waitpid(pid, nullptr, 0);
        return Error{ErrorKind::refused, sentence_of(failure, request)};
    }
    if (failure.folder != 0) {
        ::waitpid(pid, nullptr, 0);
        return Error{ErrorKind::not_found,
                     "Cannot start " + request.program.string() + " in " + request.folder.string() +
                         ": " + std::strerror(failure.folder) + "."};
    }
    if (error) {
        const auto kind = error == std::errc::no_such_file_or_directory ? ErrorKind::not_found
                                                                        : ErrorKind::unavailable;
        return Error{kind,
                     "Cannot start " + request.program.string() + ": " + error.message() + "."};
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
    return status_in(info);
}

std::optional<ChildNews> next_child_news() {
    siginfo_t info{};
    if (::waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WCONTINUED | WNOHANG) != 0 ||
        info.si_pid == 0) {
        return std::nullopt;
    }
    const bool is_over =
        info.si_code == CLD_EXITED || info.si_code == CLD_KILLED || info.si_code == CLD_DUMPED;
    return ChildNews{info.si_pid, is_over ? std::optional(status_in(info)) : std::nullopt};
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
    if (!signal && !code) {
        return "ended while nobody watched";
    }
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
