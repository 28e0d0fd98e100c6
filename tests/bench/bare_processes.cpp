#include "bench/bare_processes.hpp"

#include <array>
#include <csignal>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/stamp_sheet.h"
#include "bench/workshop.hpp"

namespace drover::bench {
namespace {

/// Started one by one; all are ended with it.
class BareProcesses {
public:
    BareProcesses() {
        if (::pipe2(said_.data(), O_CLOEXEC) != 0) {
            throw std::runtime_error("no pipe");
        }
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_adddup2(&actions_, said_[1], 3);
    }
    BareProcesses(const BareProcesses&) = delete;
    BareProcesses& operator=(const BareProcesses&) = delete;
    ~BareProcesses() {
        for (const pid_t pid : pids_) {
            ::kill(pid, SIGKILL);
            ::waitpid(pid, nullptr, 0);
        }
        posix_spawn_file_actions_destroy(&actions_);
        ::close(said_[0]);
        ::close(said_[1]);
    }

    void start_one() {
        std::array<char*, 2> arguments{path_.data(), nullptr};
        pid_t pid = -1;
        if (::posix_spawn(&pid, path_.c_str(), &actions_, nullptr, arguments.data(), environ) !=
            0) {
            throw std::runtime_error("cannot start " + path_);
        }
        pids_.push_back(pid);
    }
    void hear_one() const {
        char byte = 0;
        if (::read(said_[0], &byte, 1) != 1) {
            throw std::runtime_error(path_ + " said nothing");
        }
    }

private:
    std::string path_ = bench_program("bare_process").string();
    std::array<int, 2> said_{};
    posix_spawn_file_actions_t actions_{};
    std::vector<pid_t> pids_;
};

double milliseconds_since(std::int64_t began) {
    return static_cast<double>(bench_now() - began) / 1e6;
}

}  // namespace

double start_bare_processes(int count) {
    BareProcesses processes;
    const std::int64_t began = bench_now();
    for (int number = 0; number < count; ++number) {
        processes.start_one();
    }
    for (int number = 0; number < count; ++number) {
        processes.hear_one();
    }
    return milliseconds_since(began);
}

double start_bare_processes_in_turn(int count) {
    BareProcesses processes;
    const std::int64_t began = bench_now();
    for (int number = 0; number < count; ++number) {
        processes.start_one();
        processes.hear_one();
    }
    return milliseconds_since(began);
}

}  // namespace drover::bench
