// Reads /proc.
#include "scenarios/marked_processes.hpp"

#include <cctype>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file_text.hpp"

namespace drover::scenarios {
namespace {

std::string read_file(const std::filesystem::path& file) {
    return read_file_text(file).value_or("");
}

bool carries(pid_t pid, const std::string& mark) {
    const std::string wanted = std::string(mark_variable) + '=' + mark;
    const std::string all = '\0' + read_file("/proc/" + std::to_string(pid) + "/environ") + '\0';
    return all.find('\0' + wanted + '\0') != std::string::npos;
}

/// State and parent stand behind the command's name, which may hold anything.
MarkedProcess describe(pid_t pid) {
    MarkedProcess process{pid, -1, {}};
    const std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat");
    const std::size_t name_end = stat.rfind(')');
    if (name_end != std::string::npos && stat.size() > name_end + 4) {
        process.parent = pid_t(std::strtol(stat.c_str() + name_end + 4, nullptr, 10));
    }
    process.command = read_file("/proc/" + std::to_string(pid) + "/cmdline");
    for (char& letter : process.command) {
        letter = letter == '\0' ? ' ' : letter;
    }
    return process;
}

/// By a pidfd and asked again, so that a number that was given anew is never hit.
void kill_if_marked(pid_t pid, const std::string& mark) {
    const int watch = int(::syscall(SYS_pidfd_open, pid, 0));
    if (watch < 0) {
        return;
    }
    if (carries(pid, mark)) {
        ::syscall(SYS_pidfd_send_signal, watch, SIGKILL, nullptr, 0);
    }
    ::close(watch);
}

}  // namespace

std::vector<MarkedProcess> find_marked(const std::string& mark) {
    std::vector<MarkedProcess> found;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
        const std::string name = entry.path().filename();
        if (std::isdigit(static_cast<unsigned char>(name.front())) == 0) {
            continue;
        }
        const auto pid = pid_t(std::strtol(name.c_str(), nullptr, 10));
        if (carries(pid, mark)) {
            found.push_back(describe(pid));
        }
    }
    return found;
}

void kill_marked(const std::string& mark) {
    // A process may fork between two looks, and in the middle of an exec it shows no environment:
    // so several empty looks after a kill are what counts.
    constexpr int enough = 3;
    for (int empty_looks = 0; empty_looks < enough; ++empty_looks) {
        const auto found = find_marked(mark);
        for (const MarkedProcess& process : found) {
            kill_if_marked(process.pid, mark);
            empty_looks = -1;
        }
        ::usleep(1000);
    }
}

void clean_up_after_my_end(const std::string& mark, const std::string& folder) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        return;
    }
    const pid_t between = ::fork();
    if (between != 0) {
        // The writing end stays open as long as this process lives.
        ::close(ends[0]);
        ::waitpid(between, nullptr, 0);
        return;
    }
    // Forked twice and without the test's output: nobody waits for it or ends it with the test.
    ::setsid();
    if (::fork() != 0) {
        ::_exit(0);
    }
    const int nowhere = ::open("/dev/null", O_RDWR);
    for (const int number : {0, 1, 2}) {
        ::dup2(nowhere, number);
    }
    ::close(ends[1]);
    char byte = 0;
    while (::read(ends[0], &byte, 1) > 0) {
    }
    kill_marked(mark);
    std::error_code error;
    std::filesystem::remove_all(folder, error);
    ::_exit(0);
}

}  // namespace drover::scenarios
