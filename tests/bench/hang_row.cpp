// From the beginning of a callback that never returns to the SIGABRT that ends its process, with
// `heartbeat.timeout: 100ms`.
#include <stdexcept>
#include <string>

#include "bench/live_client.hpp"
#include "bench/rows.hpp"
#include "bench/statistics.hpp"
#include "bench/workshop.hpp"

namespace drover::bench {
namespace {

constexpr int hangs_a_run = 20;
constexpr double p99 = 0.99;

std::string hanging_fleet(const Workshop& workshop) {
    return "version: 1\nname: bench-hang\nclock: wall\nagents:\n  hanger:\n    plugin: " +
           bench_plugin().string() +
           "\n    agent: hanger\n    config: {sheet: " + workshop.sheet().string() +
           "}\n    heartbeat: {timeout: 100ms}\n"
           "    backoff: {initial: 1ms, max: 1ms, jitter: 0, reset_after: 50ms}\n"
           "    restart_limit: {max_restarts: 100000, window: 60s, then: fail}\n";
}

}  // namespace

std::vector<Figure> measure_hang(const Settings& settings) {
    Figure median{"hang.to_abort",
                  "hang to SIGABRT, heartbeat.timeout 100ms",
                  "ms",
                  {},
                  "",
                  {},
                  {{Target::Of::value, Target::Bound::at_most, 140}},
                  "from the callback's first instruction to the signal handler's"};
    Workshop workshop;
    const auto file = workshop.write("agents.yaml", hanging_fleet(workshop));
    workshop.drover({"up", "-d", "-f", file.string()});
    const auto hangs = static_cast<std::size_t>(settings.runs) *
                       static_cast<std::size_t>(settings.quick ? 1 : hangs_a_run);
    const auto ended = workshop.stamps().wait_for(BENCH_ABORTED, hangs, std::chrono::minutes(5));
    for (const bench_stamp& end : ended) {
        for (const bench_stamp& begin : workshop.stamps().of(BENCH_HUNG)) {
            if (begin.pid == end.pid) {
                median.runs.push_back(milliseconds_between(begin.time, end.time));
            }
        }
    }
    workshop.drover({"down"});
    if (median.runs.size() < hangs) {
        throw std::runtime_error("only " + std::to_string(median.runs.size()) +
                                 " hangs were ended within five minutes");
    }
    Figure worst{"hang.to_abort_p99",
                 "the same, p99 of all of them",
                 "ms",
                 {percentile(median.runs, p99)},
                 "",
                 {},
                 {{Target::Of::value, Target::Bound::at_most, 200}},
                 ""};
    return {median, worst};
}

}  // namespace drover::bench
