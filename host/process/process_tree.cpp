#include "process/process_tree.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstring>
#include <ctime>
#include <string>
#include <unordered_set>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/file_descriptor.hpp"

namespace drover {
namespace {

std::string proc_path(pid_t pid, const char* file) {
    return "/proc/" + std::to_string(pid) + "/" + file;
}

/// The whole text of a small file of /proc; empty when the process is gone.
std::string read_proc(const std::string& path) {
    constexpr std::size_t block_size = 4096;
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string text;
    while (file.is_open()) {
        const std::size_t before = text.size();
        text.resize(before + block_size);
        const ssize_t got = ::read(file.number(), text.data() + before, block_size);
        text.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got <= 0) {
            break;
        }
    }
    return text;
}

/// The fields of /proc/PID/stat that stand after the command, which may hold blanks and brackets.
std::optional<ProcessEntry> parse_stat(pid_t pid, const std::string& stat) {
    constexpr int parent_field = 4;
    constexpr int session_field = 6;
    constexpr int started_field = 22;
    const std::size_t bracket = stat.rfind(')');
    if (bracket == std::string::npos || bracket + 2 >= stat.size()) {
        return std::nullopt;
    }
    ProcessEntry entry;
    entry.pid = pid;
    entry.state = stat[bracket + 2];
    const char* position = stat.data() + bracket + 3;
    const char* const end = stat.data() + stat.size();
    for (int field = parent_field; field <= started_field && position < end; ++field) {
        const char* const start = position + 1;
        position = std::find(std::min(start, end), end, ' ');
        if (field == parent_field) {
            std::from_chars(start, position, entry.parent);
        } else if (field == session_field) {
            std::from_chars(start, position, entry.session);
        } else if (field == started_field) {
            std::from_chars(start, position, entry.started);
        }
    }
    return entry;
}

/// Adds to `found` all processes whose parent is in it, until nothing is new.
void add_descendants(const std::vector<ProcessEntry>& all, std::unordered_set<pid_t>& found) {
    for (bool grew = true; grew;) {
        grew = false;
        for (const ProcessEntry& entry : all) {
            grew = (found.contains(entry.parent) && found.insert(entry.pid).second) || grew;
        }
    }
}

/// Reaps every child that has ended. Returns whether this process has children left.
bool reap_all() {
    while (true) {
        const pid_t ended = ::waitpid(-1, nullptr, WNOHANG);
        if (ended == 0) {
            return true;
        }
        if (ended < 0 && errno != EINTR) {
            return false;
        }
    }
}

}  // namespace

std::optional<ProcessEntry> process_entry(pid_t pid) {
    return parse_stat(pid, read_proc(proc_path(pid, "stat")));
}

std::vector<ProcessEntry> all_processes() {
    std::vector<ProcessEntry> entries;
    DIR* const folder = ::opendir("/proc");
    if (folder == nullptr) {
        return entries;
    }
    while (const dirent* const item = ::readdir(folder)) {
        pid_t pid = 0;
        const char* const end = item->d_name + std::strlen(item->d_name);
        const auto [rest, fault] = std::from_chars(item->d_name, end, pid);
        if (fault == std::errc{} && rest == end) {
            if (const auto entry = process_entry(pid)) {
                entries.push_back(*entry);
            }
        }
    }
    ::closedir(folder);
    return entries;
}

void become_subreaper() {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

std::vector<pid_t> descendants_of(pid_t root) {
    std::unordered_set<pid_t> found{root};
    add_descendants(all_processes(), found);
    found.erase(root);
    return {found.begin(), found.end()};
}

std::vector<pid_t> children_of(pid_t parent) {
    const std::string number = std::to_string(parent);
    const std::string path = "/proc/" + number + "/task/" + number + "/children";
    std::vector<pid_t> children;
    if (::access(path.c_str(), R_OK) != 0) {  // A kernel without this file.
        for (const ProcessEntry& entry : all_processes()) {
            if (entry.parent == parent) {
                children.push_back(entry.pid);
            }
        }
        return children;
    }
    const std::string text = read_proc(path);
    const char* position = text.data();
    const char* const end = text.data() + text.size();
    while (position < end) {
        pid_t pid = 0;
        const auto [rest, fault] = std::from_chars(position, end, pid);
        if (fault == std::errc{}) {
            children.push_back(pid);
        }
        position = rest + 1;
    }
    return children;
}

std::vector<pid_t> tree_of(const std::vector<pid_t>& roots, pid_t session) {
    const std::vector<ProcessEntry> all = all_processes();
    std::unordered_set<pid_t> found(roots.begin(), roots.end());
    for (const ProcessEntry& entry : all) {
        if (session > 0 && entry.session == session) {
            found.insert(entry.pid);
        }
    }
    add_descendants(all, found);
    std::vector<pid_t> members;
    for (const ProcessEntry& entry : all) {
        if (found.contains(entry.pid) && !entry.is_zombie()) {
            members.push_back(entry.pid);
        }
    }
    return members;
}

std::vector<pid_t> members_of_session(pid_t session) {
    return tree_of({}, session);
}

std::string environment_of(pid_t pid) {
    return read_proc(proc_path(pid, "environ"));
}

bool has_entry(std::string_view environment, std::string_view entry) {
    std::string_view rest = environment;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\0');
        if (rest.substr(0, end) == entry) {
            return true;
        }
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
    return false;
}

bool has_environment_entry(pid_t pid, std::string_view entry) {
    return has_entry(environment_of(pid), entry);
}

std::optional<std::string> environment_value(pid_t pid, std::string_view name) {
    const std::string environment = read_proc(proc_path(pid, "environ"));
    std::string_view rest = environment;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\0');
        const std::string_view entry = rest.substr(0, end);
        if (entry.starts_with(name) && entry.substr(name.size()).starts_with('=')) {
            return std::string(entry.substr(name.size() + 1));
        }
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
    return std::nullopt;
}

std::vector<pid_t> processes_with_environment(std::string_view name, std::string_view beginning) {
    std::vector<pid_t> found;
    for (const ProcessEntry& entry : all_processes()) {
        if (entry.pid == ::getpid() || entry.is_zombie()) {
            continue;
        }
        const auto value = environment_value(entry.pid, name);
        if (value && value->starts_with(beginning)) {
            found.push_back(entry.pid);
        }
    }
    return found;
}

OpenFile open_file(int descriptor) {
    struct stat about {};
    return ::fstat(descriptor, &about) == 0 ? OpenFile{about.st_dev, about.st_ino} : OpenFile{};
}

std::vector<OpenFile> open_files_of(pid_t pid) {
    std::vector<OpenFile> files;
    DIR* const folder = ::opendir(proc_path(pid, "fd").c_str());
    if (folder == nullptr) {
        return files;
    }
    while (const dirent* const item = ::readdir(folder)) {
        struct stat about {};
        if (::fstatat(::dirfd(folder), item->d_name, &about, 0) == 0) {
            files.push_back(OpenFile{about.st_dev, about.st_ino});
        }
    }
    ::closedir(folder);
    return files;
}

bool holds_open_file(pid_t pid, const std::vector<OpenFile>& files) {
    return std::ranges::any_of(open_files_of(pid), [&files](const OpenFile& file) {
        return std::ranges::find(files, file) != files.end();
    });
}

void kill_children_that_hold(const std::vector<OpenFile>& files) {
    constexpr int longest_milliseconds = 100;
    for (const pid_t pid : children_of(::getpid())) {
        if (!holds_open_file(pid, files)) {
            continue;
        }
        const FileDescriptor watch(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)));
        ::kill(pid, SIGKILL);
        pollfd ended{watch.number(), POLLIN, 0};
        ::poll(&ended, 1, longest_milliseconds);
        ::waitpid(pid, nullptr, WNOHANG);
    }
}

bool kill_all_descendants(std::chrono::nanoseconds longest) {
    constexpr int pause_milliseconds = 2;
    const Monotonic deadline = monotonic_now() + longest;
    while (true) {
        // Orphans of a killed parent become children of this process (a subreaper), so no
        // children means no descendants.
        if (!reap_all()) {
            return true;
        }
        for (const pid_t pid : descendants_of(::getpid())) {
            ::kill(pid, SIGKILL);
        }
        if (!reap_all()) {
            return true;
        }
        if (monotonic_now() >= deadline) {
            return false;
        }
        ::poll(nullptr, 0, pause_milliseconds);
    }
}

bool kill_all_with_environment(std::string_view name,
                               std::string_view beginning,
                               std::chrono::nanoseconds longest) {
    constexpr int pause_milliseconds = 2;
    const Monotonic deadline = monotonic_now() + longest;
    while (true) {
        const auto left = processes_with_environment(name, beginning);
        if (left.empty()) {
            return true;
        }
        for (const pid_t pid : left) {
            ::kill(pid, SIGKILL);
        }
        if (monotonic_now() >= deadline) {
            return false;
        }
        ::poll(nullptr, 0, pause_milliseconds);
    }
}

std::optional<ProcessUsage> usage_of(pid_t pid) {
    constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;
    const auto entry = process_entry(pid);
    if (!entry) {
        return std::nullopt;
    }
    ProcessUsage usage;
    usage.state = entry->state;
    clockid_t clock = 0;
    timespec used{};
    if (::clock_getcpuclockid(pid, &clock) == 0 && ::clock_gettime(clock, &used) == 0) {
        usage.cpu_nanoseconds = used.tv_sec * nanoseconds_per_second + used.tv_nsec;
    }
    const std::string pages = read_proc(proc_path(pid, "statm"));
    const std::size_t blank = pages.find(' ');
    if (blank != std::string::npos) {
        std::int64_t resident = 0;
        std::from_chars(pages.data() + blank + 1, pages.data() + pages.size(), resident);
        usage.resident_bytes = resident * ::sysconf(_SC_PAGESIZE);
    }
    return usage;
}

}  // namespace drover
