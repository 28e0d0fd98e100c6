// Ten agents that exit as soon as they are started, with the keys of agents.yaml left as they are:
// how often each is started in a minute, and what that costs droverd.
#include <algorithm>
#include <ctime>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>

#include "bench/live_client.hpp"
#include "bench/rows.hpp"
#include "bench/workshop.hpp"

namespace drover::bench {
namespace {

constexpr int leavers = 10;
constexpr double hundred_percent = 100;

std::string leaving_fleet(const Workshop& workshop) {
    std::string text = "version: 1\nname: bench-loops\nclock: wall\nagents:\n";
    for (int agent = 1; agent <= leavers; ++agent) {
        text += "  leaver-" + std::to_string(agent) + ": {plugin: " + bench_plugin().string() +
                ", agent: leaver, enabled: ENABLED, config: {sheet: " + workshop.sheet().string() +
                "}}\n";
    }
    // A fleet is up when its agents are well, which these never are.
    return text + "  idle: {plugin: " + bench_plugin().string() + ", agent: idle}\n";
}

std::string replaced(std::string text, const std::string& word, const std::string& by) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word)) {
        text.replace(at, word.size(), by);
    }
    return text;
}

double processor_seconds_of(pid_t pid) {
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0) {
        throw std::runtime_error("no processor time for process " + std::to_string(pid));
    }
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace

std::vector<Figure> measure_loops(const Settings& settings) {
    // The measured stretch.
    const std::chrono::seconds watched{settings.quick ? 5 : 60};
    Figure starts{"loops.starts",
                  "10 agents that exit at once, starts in 60 s, the most of one",
                  "starts",
                  {},
                  "",
                  {},
                  {{Target::Of::value, Target::Bound::at_most, 6}},
                  "with the default backoff and restart_limit"};
    Figure processor{"loops.processor",
                     "the same, droverd's share of a processor",
                     "%",
                     {},
                     "",
                     {},
                     {{Target::Of::value, Target::Bound::at_most, 0.5}},
                     "guard and supervisor, the starts included"};
    Workshop workshop;
    const std::string text = leaving_fleet(workshop);
    const auto file = workshop.write("agents.yaml", replaced(text, "ENABLED", "false"));
    workshop.drover({"up", "-d", "-f", file.string()});
    const FleetStatus fleet = workshop.status();
    workshop.write("agents.yaml", replaced(text, "ENABLED", "true"));
    LiveClient client(workshop);
    const auto used = [&fleet] {
        return processor_seconds_of(fleet.guard) + processor_seconds_of(fleet.supervisor);
    };
    const double before = used();
    client.call("apply", {{"file", file.string()}});
    std::this_thread::sleep_for(watched);
    processor.runs.push_back((used() - before) / static_cast<double>(watched.count()) *
                             hundred_percent);
    std::map<std::int64_t, int> count;
    for (const bench_stamp& left : workshop.stamps().of(BENCH_LEFT)) {
        ++count[left.value];
    }
    int most = 0;
    for (const auto& [agent, times] : count) {
        most = std::max(most, times);
    }
    if (count.size() != leavers) {
        throw std::runtime_error("only " + std::to_string(count.size()) + " of 10 were started");
    }
    starts.runs.push_back(most);
    workshop.drover({"down"});
    return {starts, processor};
}

}  // namespace drover::bench
