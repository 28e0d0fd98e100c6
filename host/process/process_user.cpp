#include "process/process_user.hpp"

#include <cerrno>
#include <cstring>

#include <sys/syscall.h>
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
