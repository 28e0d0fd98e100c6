#include "process/cgroup.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <iterator>
#include <sstream>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_text.hpp"

namespace drover {
namespace {

/// The group into which droverd itself moves.
constexpr const char* own_leaf = "drover.supervisor";
constexpr std::array<const char*, 3> needed_controllers{"cpu", "memory", "pids"};

Error no_groups(const std::string& why) {
    return {ErrorKind::unavailable, why};
}

std::string text_in(const std::filesystem::path& file) {
    return read_file_text(file).value_or("");
}

std::vector<std::string> words_in(const std::string& text) {
    std::istringstream input(text);
    return {std::istream_iterator<std::string>(input), {}};
}

Result<void> write_into(const std::filesystem::path& file, const std::string& text) {
    const FileDescriptor opened(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
    if (!opened.is_open() ||
        ::write(opened.number(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
        return no_groups("'" + text + "' cannot be written into " + file.string() + ": " +
                         std::strerror(errno));
    }
    return success();
}

std::vector<pid_t> processes_in(const std::filesystem::path& group) {
    std::vector<pid_t> processes;
    for (const std::string& word : words_in(text_in(group / "cgroup.procs"))) {
        processes.push_back(static_cast<pid_t>(std::strtol(word.c_str(), nullptr, 10)));
    }
    return processes;
}

/// The root of the whole tree may hold processes and groups at once; it has no type.
bool is_root(const std::filesystem::path& group) {
    std::error_code ignored;
    return !std::filesystem::exists(group / "cgroup.type", ignored);
}

/// Programs that lie beside this one are drover's.
bool lies_beside_this_program(pid_t pid) {
    std::error_code fault;
    const auto own = std::filesystem::read_symlink("/proc/self/exe", fault);
    const auto other =
        std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/exe", fault);
    return !fault && own.parent_path() == other.parent_path() &&
           other.filename().string().starts_with("drover");
}

/// What a line of mountinfo says of a cgroup2 mount: its root and its point; empty for others.
std::pair<std::string, std::string> mount_of(const std::string& line) {
    const std::vector<std::string> words = words_in(line);
    const auto dash = std::ranges::find(words, "-");
    constexpr std::size_t at_root = 3;
    constexpr std::size_t at_point = 4;
    if (words.size() <= at_point || dash == words.end() || std::next(dash) == words.end() ||
        *std::next(dash) != "cgroup2") {
        return {};
    }
    return {words[at_root], words[at_point]};
}

}  // namespace

AgentCgroup::~AgentCgroup() {
    if (processes_.is_open()) {
        ::rmdir(path_.c_str());
    }
}

bool AgentCgroup::ran_out_of_memory() const {
    const std::vector<std::string> words = words_in(text_in(path_ / "memory.events"));
    for (std::size_t at = 0; at + 1 < words.size(); at += 2) {
        if (words[at] == "oom_kill" && words[at + 1] != "0") {
            return true;
        }
    }
    return false;
}

void AgentCgroup::kill() const {
    (void)!write_into(path_ / "cgroup.kill", "1");
}

Result<std::filesystem::path> CgroupHome::path_in(std::string_view mount_information,
                                                  std::string_view own_groups) {
    std::string own;
    std::istringstream groups{std::string(own_groups)};
    for (std::string line; std::getline(groups, line);) {
        constexpr std::string_view of_version_2 = "0::";
        if (line.starts_with(of_version_2)) {
            own = line.substr(of_version_2.size());
        }
    }
    std::istringstream mounts{std::string(mount_information)};
    for (std::string line; std::getline(mounts, line);) {
        const auto [root, point] = mount_of(line);
        if (!point.empty() && !own.empty() && (root == "/" || own.starts_with(root))) {
            const std::string below = root == "/" ? own : own.substr(root.size());
            const auto path =
                (std::filesystem::path(point) / std::filesystem::path("/" + below).relative_path())
                    .lexically_normal();
            const auto whole = path.has_filename() ? path : path.parent_path();
            return whole.filename() == own_leaf ? whole.parent_path() : whole;
        }
    }
    return no_groups("this machine has no cgroup v2 that this process lives in");
}

Result<CgroupHome> CgroupHome::find() {
    const auto path = path_in(text_in("/proc/self/mountinfo"), text_in("/proc/self/cgroup"));
    return path ? find_at(path.value(), lies_beside_this_program)
                : Result<CgroupHome>(path.error());
}

Result<CgroupHome> CgroupHome::find_at(const std::filesystem::path& path, const IsOurs& is_ours) {
    const std::vector<std::string> controllers = words_in(text_in(path / "cgroup.controllers"));
    std::string missing;
    for (const char* needed : needed_controllers) {
        if (std::ranges::find(controllers, needed) == controllers.end()) {
            missing += (missing.empty() ? "" : ", ") + std::string(needed);
        }
    }
    if (!missing.empty()) {
        return no_groups("the control group " + path.string() + " has no controller for " +
                         missing + " (it is not delegated: a service needs Delegate=yes)");
    }
    for (const char* file : {"", "cgroup.procs", "cgroup.subtree_control"}) {
        if (::access((path / file).c_str(), W_OK) != 0) {
            return no_groups("the control group " + path.string() +
                             " is not this user's (it is not delegated: a service needs "
                             "Delegate=yes)");
        }
    }
    if (!is_root(path)) {
        for (const pid_t process : processes_in(path)) {
            if (!is_ours(process)) {
                return no_groups("process " + std::to_string(process) +
                                 ", which is not drover's, lives in the control group " +
                                 path.string() + " too (a service has one of its own)");
            }
        }
    }
    return CgroupHome(path);
}

Result<void> CgroupHome::settle() const {
    if (!is_root(path_)) {
        const std::filesystem::path leaf = path_ / own_leaf;
        if (::mkdir(leaf.c_str(), 0755) != 0 && errno != EEXIST) {
            return no_groups(leaf.string() + " cannot be made: " + std::strerror(errno));
        }
        for (const pid_t process : processes_in(path_)) {
            const auto moved = write_into(leaf / "cgroup.procs", std::to_string(process));
            if (!moved && ::kill(process, 0) == 0) {
                return moved;
            }
        }
    }
    const std::vector<std::string> handed = words_in(text_in(path_ / "cgroup.subtree_control"));
    for (const char* controller : needed_controllers) {
        if (std::ranges::find(handed, controller) == handed.end()) {
            const auto done =
                write_into(path_ / "cgroup.subtree_control", "+" + std::string(controller));
            if (!done) {
                return done;
            }
        }
    }
    return success();
}

Result<AgentCgroup> CgroupHome::make(const std::string& agent,
                                     std::uint64_t life,
                                     const CgroupLimits& limits) const {
    const std::filesystem::path group =
        path_ / ("drover.agent." + agent + "." + std::to_string(life));
    if (::mkdir(group.c_str(), 0755) != 0 && errno != EEXIST) {
        return no_groups(group.string() + " cannot be made: " + std::strerror(errno));
    }
    std::vector<std::pair<const char*, std::string>> values;
    if (limits.memory) {
        values.emplace_back("memory.max", std::to_string(*limits.memory));
        // All of it ends at once: an agent that lost a part of itself is no agent.
        values.emplace_back("memory.oom.group", "1");
        std::error_code ignored;
        if (std::filesystem::exists(group / "memory.swap.max", ignored)) {
            values.emplace_back("memory.swap.max", "0");
        }
    }
    if (limits.cpu_percent) {
        constexpr int period = 100000;
        constexpr int percent = period / 100;
        values.emplace_back("cpu.max",
                            std::to_string(std::int64_t{*limits.cpu_percent} * percent) + " " +
                                std::to_string(period));
    }
    if (limits.processes) {
        values.emplace_back("pids.max", std::to_string(*limits.processes));
    }
    for (const auto& [file, value] : values) {
        if (const auto written = write_into(group / file, value); !written) {
            ::rmdir(group.c_str());
            return written.error();
        }
    }
    FileDescriptor processes(::open((group / "cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC));
    if (!processes.is_open()) {
        const std::string why = std::strerror(errno);
        ::rmdir(group.c_str());
        return no_groups(group.string() + "/cgroup.procs cannot be opened: " + why);
    }
    return AgentCgroup(group, std::move(processes));
}

}  // namespace drover
