// A child is cloned into the memory of this process (CLONE_VM | CLONE_VFORK, as posix_spawn does),
// so that no page table is copied and torn down again. Each comment below stands for a fault that
// was seen.
#include "process/launcher.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
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

/// Keeps 3 to 9 occupied, so that no descriptor to hand over ever lands on a number that the child
/// is about to replace.
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

/// What the child does before its program is executed. It lives in this process's memory meanwhile,
/// and this process waits: only async-signal-safe calls, and nothing that allocates.
class PrepareChild {
public:
    PrepareChild(const LaunchRequest& request, char** arguments, char** environment)
        : request_(&request),
          arguments_(arguments),
          environment_(environment),
          handled_(signals_with_handlers()),
          parent_(::getpid()) {}

    /// For clone: `self` is a PrepareChild. Returns only what makes the child exit.
    static int run(void* self) { return static_cast<PrepareChild*>(self)->execute(); }

    /// Why the program was not executed; 0 when it was.
    [[nodiscard]] int fault() const { return fault_; }
    /// What it could not be limited to, where that ended it.
    [[nodiscard]] std::optional<std::string> refusal() const {
        if (sandbox_failure_) {
            return sentence_of(*sandbox_failure_);
        }
        return limit_failure_ ? std::optional(sentence_of(*limit_failure_, request_->limits))
                              : std::nullopt;
    }
    /// Whether it came as far as its working directory.
    [[nodiscard]] bool is_in_folder() const { return is_in_folder_; }

private:
    int execute() {
        is_in_folder_ = place_descriptors() && enter_folder();
        if (!is_in_folder_) {
            fault_ = errno;
            return could_not_prepare;
        }
        if (request_->own_session) {
            ::setsid();
        }
        limit_failure_ = apply_limits(request_->limits);
        if (limit_failure_) {
            return could_not_prepare;
        }
        if (request_->dies_with_parent) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
            if (::getppid() != parent_) {
                return could_not_prepare;  // The parent ended before the signal was asked for.
            }
        }
        reset_signals();
        if (request_->sandbox) {
            sandbox_failure_ = request_->sandbox->enter();
            if (sandbox_failure_) {
                return could_not_prepare;
            }
        }
        ::execve(request_->program.c_str(), arguments_, environment_);
        fault_ = errno;
        return could_not_prepare;
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
    char** arguments_;
    char** environment_;
    std::vector<int> handled_;
    pid_t parent_;
    int fault_ = 0;
    std::optional<LimitFailure> limit_failure_;
    std::optional<SandboxFailure> sandbox_failure_;
    bool is_in_folder_ = false;
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

/// The program and its arguments, as execve takes them.
std::vector<char*> arguments_for(const LaunchRequest& request) {
    std::vector<char*> entries{const_cast<char*>(request.program.c_str())};
    for (const std::string& argument : request.arguments) {
        entries.push_back(const_cast<char*>(argument.c_str()));
    }
    entries.push_back(nullptr);
    return entries;
}

/// Starts the program. The pidfd comes with the child, so that it can be no other process's.
Result<Child> spawn(const LaunchRequest& request) {
    constexpr std::size_t stack_size = std::size_t{64} << 10U;
    constexpr std::size_t alignment = 16;
    const auto failure = [&request](int fault) {
        const auto kind = fault == ENOENT ? ErrorKind::not_found : ErrorKind::unavailable;
        return Error{
            kind, "Cannot start " + request.program.string() + ": " + std::strerror(fault) + "."};
    };
    std::vector<char*> arguments = arguments_for(request);
    std::vector<char*> environment = environment_for(request);
    // A stack of its own: what the child calls must not write over what this process returns to.
    const auto stack = std::make_unique_for_overwrite<std::byte[]>(stack_size);
    std::byte* const top = stack.get() + stack_size;
    std::byte* const aligned = top - reinterpret_cast<std::uintptr_t>(top) % alignment;
    PrepareChild child(request, arguments.data(), environment.data());
    int watch = -1;
    pid_t pid = -1;
    int fault = 0;
    {
        const SignalsBlocked blocked;
        pid = ::clone(&PrepareChild::run,
                      aligned,
                      CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD,
                      &child,
                      &watch);
        fault = errno;
    }
    if (pid < 0) {
        return failure(fault);
    }
    Child started{pid, FileDescriptor(watch)};
    if (const auto refusal = child.refusal()) {
        ::waitpid(pid, nullptr, 0);
        return Error{ErrorKind::refused, *refusal};
    }
    if (child.fault() != 0) {
        ::waitpid(pid, nullptr, 0);  // A failed exec leaves a zombie otherwise.
        const Error error = failure(child.fault());
        return child.is_in_folder() || request.folder.empty()
                   ? error
                   : error.within("In the folder " + request.folder.string());
    }
    return started;
}

}  // namespace

Result<Child> launch(const LaunchRequest& request) {
    if (request.further.size() > static_cast<std::size_t>(first_free - first_further)) {
        return Error{ErrorKind::invalid, "A child takes over at most 5 further descriptors."};
    }
    hold_low_descriptors();
    return spawn(request);
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
