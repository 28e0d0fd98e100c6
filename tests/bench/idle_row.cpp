// What droverd, its guard and its supervisor, holds in memory and takes of a processor while fifty
// agents idle.
#include <ctime>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

#include "bench/rows.hpp"
#include "bench/workshop.hpp"

namespace drover::bench {
namespace {

constexpr int agents = 50;
/// For what follows a start and has no event of its own.
constexpr std::chrono::seconds time_to_settle{3};
/// The measured stretch.
constexpr std::chrono::seconds watched{20};

/// A line of /proc/PID/smaps_rollup, in MiB.
double memory_of(pid_t pid, const std::string& line) {
    std::ifstream rollup("/proc/" + std::to_string(pid) + "/smaps_rollup");
    std::string word;
    while (rollup >> word) {
        if (word == line) {
            double kibibytes = 0;
            rollup >> kibibytes;
            return kibibytes / 1024;
        }
    }
    throw std::runtime_error("no memory figures for process " + std::to_string(pid));
}

/// Processor time of all its threads, in milliseconds.
double processor_time_of(pid_t pid) {
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0) {
        throw std::runtime_error("no processor time for process " + std::to_string(pid));
    }
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

}  // namespace

std::vector<Figure> measure_idle(const Settings& settings) {
    Figure resident{"idle.resident_memory",
                    "droverd with 50 agents, resident memory",
                    "MiB",
                    {},
                    "",
                    {},
                    {{Target::Of::value, Target::Bound::at_most, 8}},
                    "Pss of guard and supervisor together: what both share, and what they share "
                    "with others, counts in parts"};
    Figure own{"idle.private_memory",
               "the same, private memory only",
               "MiB",
               {},
               "",
               {},
               {},
               "what ends with the two processes"};
    Figure mapped = own;
    mapped.name = "idle.rss";
    mapped.title = "the same, sum of both RSS";
    mapped.note = "what both share, and the libraries, counts twice";
    Figure processor{"idle.processor_time",
                     "droverd with 50 idle agents, processor time in 20 s",
                     "ms",
                     {},
                     "",
                     {},
                     {{Target::Of::value, Target::Bound::at_most, 20}},
                     "guard and supervisor together"};
    std::string text = "version: 1\nname: bench-idle\nclock: wall\nagents:\n";
    for (int agent = 1; agent <= agents; ++agent) {
        text += "  idle-" + std::to_string(agent) + ": {plugin: " + bench_plugin().string() +
                ", agent: idle}\n";
    }
    const Workshop workshop;
    const auto file = workshop.write("agents.yaml", text);
    workshop.drover({"up", "-d", "-f", file.string()});
    const FleetStatus fleet = workshop.status();
    std::this_thread::sleep_for(time_to_settle);
    for (int run = 0; run < (settings.quick ? 1 : settings.runs); ++run) {
        const double before = processor_time_of(fleet.guard) + processor_time_of(fleet.supervisor);
        std::this_thread::sleep_for(watched);
        processor.runs.push_back(processor_time_of(fleet.guard) +
                                 processor_time_of(fleet.supervisor) - before);
        const auto both = [&fleet](const std::string& line) {
            return memory_of(fleet.guard, line) + memory_of(fleet.supervisor, line);
        };
        resident.runs.push_back(both("Pss:"));
        own.runs.push_back(both("Private_Dirty:") + both("Private_Clean:"));
        mapped.runs.push_back(both("Rss:"));
    }
    workshop.drover({"down"});
    return {resident, own, mapped, processor};
}

}  // namespace drover::bench
