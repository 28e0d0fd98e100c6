// The seven agents of agents.yaml from `drover up` to all healthy, beside the start of seven bare
// processes that only say that they run.
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include <spawn.h>
#include <sys/wait.h>

#include "bench/rows.hpp"
#include "bench/workshop.hpp"

namespace drover::bench {
namespace {

constexpr int agents = 7;

double milliseconds_since(std::int64_t began) {
    return static_cast<double>(bench_now() - began) / 1e6;
}

/// From the command's start to its end, which is when all are healthy.
double up(const Workshop& workshop) {
    const auto file = repository() / "agents.yaml";
    const std::int64_t began = bench_now();
    workshop.drover({"up", "-d", "--fresh", "-f", file.string()});
    const double took = milliseconds_since(began);
    workshop.drover({"down"});
    return took;
}

/// posix_spawn of seven processes until each has said its byte.
double bare_processes() {
    std::string path = bench_program("bare_process").string();
    std::array<int, 2> said{};
    if (::pipe2(said.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe");
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, said[1], 3);
    std::vector<pid_t> pids;
    std::array<char*, 2> arguments{path.data(), nullptr};
    const std::int64_t began = bench_now();
    for (int count = 0; count < agents; ++count) {
        pid_t pid = -1;
        if (::posix_spawn(&pid, path.c_str(), &actions, nullptr, arguments.data(), environ) != 0) {
            throw std::runtime_error("cannot start " + path);
        }
        pids.push_back(pid);
    }
    char byte = 0;
    for (int count = 0; count < agents; ++count) {
        if (::read(said[0], &byte, 1) != 1) {
            throw std::runtime_error(path + " said nothing");
        }
    }
    const double took = milliseconds_since(began);
    for (const pid_t pid : pids) {
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
    }
    posix_spawn_file_actions_destroy(&actions);
    ::close(said[0]);
    ::close(said[1]);
    return took;
}

}  // namespace

std::vector<Figure> measure_up(const Settings& settings) {
    Figure first{"up.first",
                 "seven agents up, first time in a state directory",
                 "ms",
                 {},
                 "seven bare processes",
                 {},
                 {},
                 "nothing is known of the plugins yet"};
    Figure again{"up.seven_agents",
                 "seven agents from up to all healthy",
                 "ms",
                 {},
                 "seven bare processes",
                 {},
                 {{Target::Of::value, Target::Bound::at_most, 300}},
                 "`drover up -d --fresh` from its start to its end"};
    for (int run = 0; run < settings.runs; ++run) {
        const Workshop workshop;
        first.floor_runs.push_back(bare_processes());
        first.runs.push_back(up(workshop));
        again.floor_runs.push_back(bare_processes());
        again.runs.push_back(up(workshop));
    }
    return {first, again};
}

}  // namespace drover::bench
