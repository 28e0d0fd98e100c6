#include "process/sandbox.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "process/call_filter.hpp"

namespace drover {
namespace {

// Rights that are younger than the headers of Debian 12.
constexpr std::uint64_t right_to_refer = std::uint64_t{1} << 13U;      // Version 2.
constexpr std::uint64_t right_to_truncate = std::uint64_t{1} << 14U;   // Version 3.
constexpr std::uint64_t right_to_ioctl_dev = std::uint64_t{1} << 15U;  // Version 5.
constexpr std::uint64_t scope_of_abstract_sockets = 1;                 // Version 6.
constexpr std::uint64_t scope_of_signals = 2;                          // Version 6.
constexpr int version_with_refer = 2;
constexpr int version_with_truncate = 3;
constexpr int version_with_ioctl = 5;
constexpr int version_with_scopes = 6;

/// struct landlock_ruleset_attr of version 6; older kernels are given a part of it.
struct RulesetAttributes {
    std::uint64_t files = 0;
    std::uint64_t network = 0;
    std::uint64_t scopes = 0;
};

constexpr std::uint64_t rights_of_version_1 = (std::uint64_t{1} << 13U) - 1;
constexpr std::uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
/// The rights that a file which is no folder can have.
constexpr std::uint64_t rights_of_files = LANDLOCK_ACCESS_FS_EXECUTE |
                                          LANDLOCK_ACCESS_FS_WRITE_FILE |
                                          LANDLOCK_ACCESS_FS_READ_FILE | right_to_truncate;

std::uint64_t handled_rights(int version) {
    return rights_of_version_1 | (version >= version_with_refer ? right_to_refer : 0) |
           (version >= version_with_truncate ? right_to_truncate : 0) |
           (version >= version_with_ioctl ? right_to_ioctl_dev : 0);
}

std::uint64_t rights_of(SandboxAccess access, int version) {
    switch (access) {
        case SandboxAccess::read:
            return reading;
        case SandboxAccess::run:
            return reading | LANDLOCK_ACCESS_FS_EXECUTE;
        case SandboxAccess::write:
            // No device files, and nothing that can be executed.
            return handled_rights(version) &
                   ~std::uint64_t{LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                                  LANDLOCK_ACCESS_FS_MAKE_BLOCK} &
                   ~right_to_ioctl_dev;
    }
    return 0;
}

int landlock_version() {
    const long version =
        ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return version < 0 ? 0 : static_cast<int>(version);
}

/// 0, or -1 with errno. Async-signal-safe.
int add_rule(int rules, int target, std::uint64_t rights) noexcept {
    landlock_path_beneath_attr rule{};
    rule.allowed_access = rights;
    rule.parent_fd = target;
    return static_cast<int>(
        ::syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0U));
}

Error no_sandbox(const std::string& what) {
    return {ErrorKind::unavailable, "the sandbox: " + what + ": " + std::strerror(errno)};
}

Result<void> allow(int rules, const SandboxPath& one, int version) {
    const FileDescriptor target(::open(one.path.c_str(), O_PATH | O_CLOEXEC));
    if (!target.is_open()) {
        return one.must_exist
                   ? Result<void>(Error{ErrorKind::invalid,
                                        "the sandbox: " + one.path.string() +
                                            " cannot be opened: " + std::strerror(errno)})
                   : success();
    }
    struct stat about {};
    const bool is_folder = ::fstat(target.number(), &about) == 0 && S_ISDIR(about.st_mode);
    const std::uint64_t rights = rights_of(one.access, version) & handled_rights(version) &
                                 (is_folder ? ~std::uint64_t{0} : rights_of_files);
    if (add_rule(rules, target.number(), rights) != 0) {
        return no_sandbox(one.path.string() + " cannot be granted");
    }
    return success();
}

/// What every program needs, whatever it does.
std::vector<SandboxPath> common_paths() {
    std::vector<SandboxPath> paths;
    for (const char* libraries :
         {"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/libexec", "/usr/local/lib"}) {
        paths.push_back({libraries, SandboxAccess::run, false});
    }
    for (const char* read : {"/etc/ld.so.cache",
                             "/etc/localtime",
                             "/etc/timezone",
                             "/usr/share/zoneinfo",
                             "/dev/zero",
                             "/dev/random",
                             "/dev/urandom",
                             "/proc/cpuinfo",
                             "/proc/meminfo",
                             "/proc/stat",
                             "/proc/sys/vm/overcommit_memory",
                             "/sys/devices/system/cpu"}) {
        paths.push_back({read, SandboxAccess::read, false});
    }
    paths.push_back({"/dev/null", SandboxAccess::write, false});
    return paths;
}

/// What finding and trusting other machines needs.
std::vector<SandboxPath> network_paths() {
    std::vector<SandboxPath> paths;
    for (const char* read : {"/etc/resolv.conf",
                             "/etc/hosts",
                             "/etc/host.conf",
                             "/etc/nsswitch.conf",
                             "/etc/gai.conf",
                             "/etc/services",
                             "/etc/protocols",
                             "/etc/ssl",
                             "/usr/share/ca-certificates"}) {
        paths.push_back({read, SandboxAccess::read, false});
    }
    return paths;
}

/// Above the descriptors that a launch replaces.
FileDescriptor moved_up(FileDescriptor descriptor) {
    constexpr int first_free_number = 10;
    return FileDescriptor(::fcntl(descriptor.number(), F_DUPFD_CLOEXEC, first_free_number));
}

Result<FileDescriptor> make_rules(const std::vector<SandboxPath>& paths,
                                  bool network,
                                  int version) {
    RulesetAttributes attributes;
    attributes.files = handled_rights(version);
    attributes.scopes =
        version >= version_with_scopes ? scope_of_abstract_sockets | scope_of_signals : 0;
    const std::size_t size =
        version >= version_with_scopes ? sizeof attributes : sizeof attributes.files;
    FileDescriptor rules(
        static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0U)));
    if (!rules.is_open()) {
        return no_sandbox("Landlock refuses its rules");
    }
    std::vector<SandboxPath> all = common_paths();
    if (network) {
        const auto more = network_paths();
        all.insert(all.end(), more.begin(), more.end());
    }
    all.insert(all.end(), paths.begin(), paths.end());
    for (const SandboxPath& one : all) {
        if (const auto allowed = allow(rules.number(), one, version); !allowed) {
            return allowed.error();
        }
    }
    return moved_up(std::move(rules));
}

std::optional<SandboxFailure> failed_at(SandboxFailure::Step step) noexcept {
    return SandboxFailure{step, errno};
}

}  // namespace

SandboxAbilities SandboxAbilities::look() {
    return {landlock_version(), ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0};
}

std::vector<std::string> SandboxAbilities::missing() const {
    std::vector<std::string> texts;
    if (landlock == 0) {
        texts.emplace_back("its files are not restricted: this kernel has no Landlock");
    } else if (landlock < version_with_truncate) {
        texts.emplace_back(
            "files outside can be cut to nothing where their rights allow it: this "
            "kernel's Landlock is too old");
    }
    if (landlock > 0 && landlock < version_with_scopes) {
        texts.emplace_back(
            "abstract Unix sockets and signals to other processes of the user are "
            "not restricted: this kernel's Landlock is too old");
    }
    if (!has_seccomp) {
        texts.emplace_back(
            "network and system calls are not restricted: this kernel has no "
            "seccomp");
    }
    return texts;
}

Result<Sandbox> Sandbox::make(const std::vector<SandboxPath>& paths, bool network) {
    const SandboxAbilities abilities = SandboxAbilities::look();
    Sandbox made;
    if (abilities.landlock > 0) {
        auto rules = make_rules(paths, network, abilities.landlock);
        if (!rules) {
            return rules.error();
        }
        made.rules_ = std::move(rules.value());
    }
    if (abilities.has_seccomp) {
        auto filter = make_call_filter(network);
        if (!filter) {
            return filter.error();
        }
        made.filter_ = std::move(filter.value());
    }
    return made;
}

std::optional<SandboxFailure> Sandbox::enter() const noexcept {
    if (rules_.is_open()) {
        // Only the child knows which folder of /proc is its own.
        const int own = ::open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (own >= 0 && add_rule(rules_.number(), own, reading) != 0) {
            return failed_at(SandboxFailure::Step::own_folder);
        }
        ::close(own);
    }
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return failed_at(SandboxFailure::Step::privileges);
    }
    if (rules_.is_open() && ::syscall(SYS_landlock_restrict_self, rules_.number(), 0U) != 0) {
        return failed_at(SandboxFailure::Step::files);
    }
    if (!filter_.empty()) {
        sock_fprog program{};
        program.len = static_cast<unsigned short>(filter_.size() / sizeof(sock_filter));
        program.filter = reinterpret_cast<sock_filter*>(const_cast<char*>(filter_.data()));
        if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0U, &program) != 0) {
            return failed_at(SandboxFailure::Step::calls);
        }
    }
    return std::nullopt;
}

std::string sentence_of(const SandboxFailure& failure) {
    static constexpr const char* steps[] = {"its own folder in /proc cannot be granted",
                                            "its privileges cannot be given up",
                                            "its files cannot be restricted",
                                            "its system calls cannot be restricted"};
    return std::string("its sandbox cannot be entered: ") +
           steps[static_cast<std::size_t>(failure.step)] + ": " + std::strerror(failure.error) +
           ".";
}

}  // namespace drover
