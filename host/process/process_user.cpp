#include "process/process_user.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <string_view>

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace drover {
namespace {

/// By their numbers: what glibc calls setresuid changes all threads of a process, and in a child of
/// vfork these are the parent's.
bool take_identity(const SystemUser& user) noexcept {
    return ::syscall(SYS_setgroups, user.groups.size(), user.groups.data()) == 0 &&
           ::syscall(SYS_setresgid, user.group, user.group, user.group) == 0 &&
           ::syscall(SYS_setresuid, user.user, user.user, user.user) == 0;
}

/// What the child of a moment leaves in the memory of the process that waits for it.
struct LookReport {
    std::optional<UserFailure> failure;
};

/// The child lives in this process's memory, so no handler of ours may run in it, least of all when
/// the other user sends it a signal. Returns its pid, or -1.
pid_t look_in_child(const ProcessUser& wanted, LookReport* report) {
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t pid = ::vfork();
    if (pid == 0) {
        report->failure = become(wanted);
        ::_exit(0);
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return pid;
}

/// The rest of the line of a file of /proc that begins with `key` and a colon.
std::string line_of(const std::string& file, std::string_view key) {
    std::ifstream lines("/proc/" + file);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(key) && line.size() > key.size() && line[key.size()] == ':') {
            return line.substr(key.size() + 1);
        }
    }
    return {};
}

const char* verb_of(int access) {
    if ((access & W_OK) != 0) {
        return "write to";
    }
    return (access & R_OK) != 0 ? "read" : "enter or run";
}

}  // namespace

std::optional<UserFailure> become(const ProcessUser& wanted) noexcept {
    if (!take_identity(wanted.user)) {
        return UserFailure{UserFailure::Step::identity, 0, errno};
    }
    for (std::size_t index = 0; index < wanted.needs.size(); ++index) {
        const ProcessUser::Need& need = wanted.needs[index];
        if (::access(need.path.c_str(), need.access) != 0) {
            return UserFailure{UserFailure::Step::need, static_cast<int>(index), errno};
        }
    }
    return std::nullopt;
}

Result<void> look_as(const ProcessUser& wanted) {
    LookReport report;
    const pid_t pid = look_in_child(wanted, &report);
    if (pid < 0) {
        return Error{
            ErrorKind::unavailable,
            "Cannot look what " + wanted.user.name + " may reach: " + std::strerror(errno) + "."};
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (report.failure) {
        return Error{ErrorKind::refused, sentence_of(*report.failure, wanted)};
    }
    if (!WIFEXITED(status)) {  // Whom it had become may have killed it.
        return Error{ErrorKind::unavailable,
                     "Cannot look what " + wanted.user.name +
                         " may reach: a signal has ended the "
                         "process that looked."};
    }
    return success();
}

bool is_child_as(uid_t user, pid_t pid, int watch) {
    siginfo_t info{};
    // The kernel refuses what is no pidfd, and one of a process that is no child of this one.
    if (::waitid(P_PIDFD, static_cast<id_t>(watch), &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
        return false;
    }
    const std::string number = std::to_string(pid);
    const std::string one = '\t' + std::to_string(user);
    return line_of("self/fdinfo/" + std::to_string(watch), "Pid") == '\t' + number &&
           line_of(number + "/status", "Uid") == one + one + one + one;
}

std::string sentence_of(const UserFailure& failure, const ProcessUser& wanted) {
    const std::string why = std::string(": ") + std::strerror(failure.error);
    const auto index = static_cast<std::size_t>(failure.index);
    if (failure.step == UserFailure::Step::identity || index >= wanted.needs.size()) {
        return "user: droverd may not start a process as " + wanted.user.name + why + ".";
    }
    const ProcessUser::Need& need = wanted.needs[index];
    return "user: " + wanted.user.name + " cannot " + verb_of(need.access) + " " +
           need.path.string() + why + " (it, and every folder above it, must be open to " +
           wanted.user.name + ").";
}

}  // namespace drover
