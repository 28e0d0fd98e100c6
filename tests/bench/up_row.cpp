// The seven agents of agents.yaml from `drover up` to all healthy, beside the start of seven bare
// processes that only say that they run.
#include <vector>

#include "bench/bare_processes.hpp"
#include "bench/rows.hpp"
#include "bench/stamp_sheet.h"
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
        first.floor_runs.push_back(start_bare_processes(agents));
        first.runs.push_back(up(workshop));
        again.floor_runs.push_back(start_bare_processes(agents));
        again.runs.push_back(up(workshop));
    }
    return {first, again};
}

}  // namespace drover::bench
