#include "process/call_filter.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"

namespace drover {
namespace {

struct ReleaseFilter {
    void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, ReleaseFilter>;

/// Names, since a machine may lack one; that is no fault.
constexpr std::array refused_calls{"ptrace",
                                   "process_vm_readv",
                                   "process_vm_writev",
                                   "process_madvise",
                                   "pidfd_getfd",
                                   "kcmp",
                                   "perf_event_open",
                                   "bpf",
                                   "userfaultfd",
                                   "io_uring_setup",
                                   "io_uring_enter",
                                   "io_uring_register",
                                   "add_key",
                                   "request_key",
                                   "keyctl",
                                   "mount",
                                   "umount",
                                   "umount2",
                                   "move_mount",
                                   "open_tree",
                                   "fsopen",
                                   "fsmount",
                                   "fsconfig",
                                   "fspick",
                                   "mount_setattr",
                                   "pivot_root",
                                   "chroot",
                                   "unshare",
                                   "setns",
                                   "init_module",
                                   "finit_module",
                                   "delete_module",
                                   "create_module",
                                   "kexec_load",
                                   "kexec_file_load",
                                   "reboot",
                                   "swapon",
                                   "swapoff",
                                   "acct",
                                   "quotactl",
                                   "quotactl_fd",
                                   "syslog",
                                   "settimeofday",
                                   "stime",
                                   "clock_settime",
                                   "clock_adjtime",
                                   "adjtimex",
                                   "sethostname",
                                   "setdomainname",
                                   "iopl",
                                   "ioperm",
                                   "name_to_handle_at",
                                   "open_by_handle_at",
                                   "lookup_dcookie",
                                   "vhangup",
                                   "nfsservctl",
                                   "fanotify_init",
                                   "chown",
                                   "lchown",
                                   "chmod",
                                   "fchownat",
                                   "fchmodat",
                                   "fchmodat2",
                                   "setxattr",
                                   "lsetxattr",
                                   "removexattr",
                                   "lremovexattr",
                                   "utime",
                                   "utimes",
                                   "futimesat",
                                   "setuid",
                                   "setgid",
                                   "setreuid",
                                   "setregid",
                                   "setresuid",
                                   "setresgid",
                                   "setgroups",
                                   "personality",
                                   "mknod",
                                   "mknodat"};

Result<void> refuse(const Filter& filter, int call, int error, const scmp_arg_cmp* condition) {
    const int done = seccomp_rule_add_array(filter.get(),
                                            SCMP_ACT_ERRNO(static_cast<std::uint32_t>(error)),
                                            call,
                                            condition == nullptr ? 0U : 1U,
                                            condition);
    if (done != 0 && done != -EEXIST && done != -EDOM) {
        return Error{ErrorKind::unavailable,
                     "the sandbox: a rule for system call " + std::to_string(call) +
                         " cannot be made: " + std::strerror(-done)};
    }
    return success();
}

Result<void> refuse_sockets(const Filter& filter, bool network) {
    std::vector<scmp_arg_cmp> refused;
    if (network) {
        constexpr int first_other = AF_INET + 1;
        for (int family = first_other; family < AF_NETLINK; ++family) {
            if (family != AF_INET6) {
                refused.push_back({0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(family), 0});
            }
        }
        refused.push_back({0, SCMP_CMP_GT, AF_NETLINK, 0});
    } else {
        refused.push_back({0, SCMP_CMP_NE, AF_UNIX, 0});
    }
    for (const scmp_arg_cmp& family : refused) {
        if (const auto done = refuse(filter, SCMP_SYS(socket), EPERM, &family); !done) {
            return done;
        }
    }
    return success();
}

/// Threads and children as ever, without namespaces of their own. The flags of clone3 lie where a
/// filter cannot look, so it is said not to exist, and the C library takes clone.
Result<void> refuse_namespaces(const Filter& filter) {
    constexpr std::array<std::uint64_t, 7> flags{CLONE_NEWNS,
                                                 CLONE_NEWCGROUP,
                                                 CLONE_NEWUTS,
                                                 CLONE_NEWIPC,
                                                 CLONE_NEWUSER,
                                                 CLONE_NEWPID,
                                                 CLONE_NEWNET};
    for (const std::uint64_t flag : flags) {
        const scmp_arg_cmp has_flag{0, SCMP_CMP_MASKED_EQ, flag, flag};
        if (const auto done = refuse(filter, SCMP_SYS(clone), EPERM, &has_flag); !done) {
            return done;
        }
    }
    return refuse(filter, SCMP_SYS(clone3), ENOSYS, nullptr);
}

/// libseccomp writes programs into files only.
Result<std::vector<char>> program_of(const Filter& filter) {
    const FileDescriptor memory(::memfd_create("drover-seccomp", MFD_CLOEXEC));
    const int done = memory.is_open() ? seccomp_export_bpf(filter.get(), memory.number()) : -errno;
    const off_t size = done == 0 ? ::lseek(memory.number(), 0, SEEK_END) : 0;
    std::vector<char> program(static_cast<std::size_t>(size));
    if (size <= 0 || ::pread(memory.number(), program.data(), program.size(), 0) != size) {
        return Error{ErrorKind::unavailable,
                     std::string("the sandbox: its filter cannot be made: ") +
                         std::strerror(done == 0 ? errno : -done)};
    }
    return program;
}

}  // namespace

Result<std::vector<char>> make_call_filter(bool network) {
    const Filter filter(seccomp_init(SCMP_ACT_ALLOW));
    if (!filter) {
        return Error{ErrorKind::unavailable, "the sandbox: libseccomp cannot begin"};
    }
    for (const char* name : refused_calls) {
        const int call = seccomp_syscall_resolve_name(name);
        if (call == __NR_SCMP_ERROR) {
            continue;
        }
        if (const auto done = refuse(filter, call, EPERM, nullptr); !done) {
            return done.error();
        }
    }
    if (const auto done = refuse_sockets(filter, network); !done) {
        return done.error();
    }
    if (const auto done = refuse_namespaces(filter); !done) {
        return done.error();
    }
    return program_of(filter);
}

}  // namespace drover
