/// The machine: kernel, limits, memory, clock, time zones, control groups.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <optional>

#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"
#include "command/doctor_checks.hpp"
#include "command/status_table.hpp"
#include "process/cgroup.hpp"

namespace drover {

namespace {

constexpr std::uint64_t megabyte = 1'000'000;

CheckResult good(const std::string& name, const std::string& found) {
    return {name, Verdict::ok, found, ""};
}

std::string bytes(std::uint64_t count) {
    return bytes_text(static_cast<double>(count));
}

CheckResult check_kernel() {
    utsname about{};
    (void)::uname(&about);
    CheckResult result = judge_kernel(about.release);
    const FileDescriptor watch(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)));
    if (!watch.is_open()) {
        return {"kernel",
                Verdict::fail,
                std::string("pidfd_open does not work here: ") + std::strerror(errno),
                "Run drover where the kernel is 5.9 or newer and no sandbox forbids pidfd_open."};
    }
    return result;
}

CheckResult check_open_files() {
    rlimit limit{};
    (void)::getrlimit(RLIMIT_NOFILE, &limit);
    return judge_open_files(limit.rlim_cur, limit.rlim_max);
}

CheckResult check_processes() {
    constexpr rlim_t least = 256;
    rlimit limit{};
    (void)::getrlimit(RLIMIT_NPROC, &limit);
    if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < least) {
        return {"processes",
                Verdict::warn,
                "this user may have " + std::to_string(limit.rlim_cur) + " processes",
                "Each agent has a process and threads of its own: raise it with ulimit -u."};
    }
    return good("processes",
                limit.rlim_cur == RLIM_INFINITY
                    ? "as many as the machine can have"
                    : "this user may have " + std::to_string(limit.rlim_cur) + " processes");
}

CheckResult check_cores() {
    rlimit limit{};
    (void)::getrlimit(RLIMIT_CORE, &limit);
    if (limit.rlim_cur == 0) {
        return {"core-dumps",
                Verdict::warn,
                "an agent that crashes or hangs leaves no core",
                "ulimit -c unlimited before drover up, to see where an agent was."};
    }
    return good("core-dumps", "an agent that crashes or hangs leaves a core");
}

std::optional<std::uint64_t> available_memory() {
    std::ifstream input("/proc/meminfo");
    for (std::string line; std::getline(input, line);) {
        unsigned long long kilobytes = 0;
        if (std::sscanf(line.c_str(), "MemAvailable: %llu kB", &kilobytes) == 1) {
            constexpr std::uint64_t per_kilobyte = 1024;
            return kilobytes * per_kilobyte;
        }
    }
    return std::nullopt;
}

CheckResult check_memory() {
    constexpr std::uint64_t least = 256 * megabyte;
    const auto available = available_memory();
    if (!available) {
        return {"memory", Verdict::warn, "/proc/meminfo does not say how much is available", ""};
    }
    if (*available < least) {
        return {"memory",
                Verdict::warn,
                "only " + bytes(*available) + " are available",
                "An agent takes about 15 MB and what its plugin needs: end something else."};
    }
    return good("memory", bytes(*available) + " are available");
}

CheckResult check_clock() {
    constexpr std::time_t year_2026 = 1'767'225'600;
    if (std::time(nullptr) < year_2026) {
        return {"clock",
                Verdict::fail,
                "the clock stands before 2026",
                "Set it, best by NTP: prices, orders and logs carry its time."};
    }
    timex clock{};
    const int state = ::adjtimex(&clock);
    if (state < 0 || state == TIME_ERROR || (clock.status & STA_UNSYNC) != 0) {
        return {"clock",
                Verdict::warn,
                state < 0 ? "nobody may ask here whether the clock is synchronised"
                          : "the clock is not synchronised",
                "Let NTP set it (systemd-timesyncd, chrony); a live fleet trades by it."};
    }
    constexpr long thousand = 1000;
    return good("clock",
                "synchronised, at most " + std::to_string(clock.maxerror / thousand) + " ms off");
}

CheckResult check_time_zones() {
    if (::access("/usr/share/zoneinfo/America/New_York", R_OK) != 0) {
        return {"time-zones",
                Verdict::warn,
                "there is no time zone database in /usr/share/zoneinfo",
                "Install tzdata: days and sessions of exchanges are computed with it."};
    }
    return good("time-zones", "the database is there");
}

CheckResult check_control_groups() {
    if (const auto home = CgroupHome::find(); !home) {
        return {
            "control-groups",
            Verdict::warn,
            home.error().message,
            "limits.cpu is not applied, and limits.memory and limits.processes are held by other "
            "means. Nothing to do where no agent has them; a service has groups with "
            "Delegate=yes."};
    }
    return good("control-groups", "agents with limits get groups of their own");
}

}  // namespace

const char* text_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::ok:
            return "ok";
        case Verdict::warn:
            return "warn";
        case Verdict::fail:
            break;
    }
    return "fail";
}

CheckResult judge_disk(const std::string& folder, const DiskSpace& space) {
    constexpr std::uint64_t too_little = 64 * megabyte;
    constexpr std::uint64_t little = 1000 * megabyte;
    const std::string found =
        bytes(space.free) + " of " + bytes(space.whole) + " are free in " + folder;
    if (space.free < too_little) {
        return {"disk",
                Verdict::fail,
                "only " + found,
                "Make room, or choose another --state-dir: state and logs could not be written."};
    }
    if (space.free < little) {
        return {"disk",
                Verdict::warn,
                "only " + found,
                "Make room: logs take up to 60 MB an agent, events 20 MiB."};
    }
    return good("disk", found);
}

CheckResult judge_open_files(std::uint64_t soft, std::uint64_t hard) {
    constexpr std::uint64_t too_few = 256;
    constexpr std::uint64_t few = 1024;
    const std::string found = "a process may open " + std::to_string(soft) + " files";
    if (soft >= few) {
        return good("open-files", found);
    }
    const std::string advice =
        soft < hard ? ": ulimit -n " + std::to_string(std::min(hard, few)) + " before drover up."
                    : ", and this user may not raise it beyond " + std::to_string(hard) +
                          ": raise the hard limit (limits.conf, or LimitNOFILE= of the service).";
    return {"open-files",
            soft < too_few ? Verdict::fail : Verdict::warn,
            found,
            "droverd needs about ten for each agent" + advice};
}

CheckResult judge_kernel(const std::string& release) {
    int major = 0;
    int minor = 0;
    constexpr int least_major = 5;
    constexpr int least_minor = 9;
    const bool is_read = std::sscanf(release.c_str(), "%d.%d", &major, &minor) == 2;
    if (!is_read || major < least_major || (major == least_major && minor < least_minor)) {
        return {"kernel",
                Verdict::fail,
                "Linux " + release + " is too old",
                "drover needs 5.9 or newer: pidfd_open and close_range."};
    }
    return good("kernel", "Linux " + release);
}

std::vector<CheckResult> machine_checks() {
    return {check_kernel(),
            check_open_files(),
            check_processes(),
            check_cores(),
            check_memory(),
            check_clock(),
            check_time_zones(),
            check_control_groups()};
}

}  // namespace drover
