// Fifty independent agents, and a chain of ten that wait for each other, from the wish to start
// them until all run; droverd, the router and the zygote are there, no agent is. Beside them as
// many bare processes.
#include <string>

#include "bench/bare_processes.hpp"
#include "bench/live_client.hpp"
#include "bench/rows.hpp"
#include "bench/workshop.hpp"

namespace drover::bench {
namespace {

constexpr int crowd = 50;
constexpr int links_of_chain = 10;

std::string cold_fleet(int agents, bool is_chain, bool has_zygote) {
    std::string text = "version: 1\nname: bench-cold\nclock: wall\nagents:\n";
    for (int agent = 1; agent <= agents; ++agent) {
        text += "  idle-" + std::to_string(agent) + ": {plugin: " + bench_plugin().string() +
                ", agent: idle" + (has_zygote ? ", standby: zygote" : "");
        if (is_chain && agent > 1) {
            text += ", depends_on: [idle-" + std::to_string(agent - 1) + "]";
        }
        text += "}\n";
    }
    return text;
}

/// From the wish until every agent is running, once in each run.
Figure start_all(Figure figure, const Settings& settings, const std::string& text) {
    Workshop workshop;
    const auto file = workshop.write("agents.yaml", text);
    workshop.drover({"up", "-d", "-f", file.string()});
    LiveClient client(workshop);
    if (text.find("standby") != std::string::npos) {
        client.wait_for_standby("idle-1");
    }
    const int runs = settings.quick ? 1 : settings.runs;
    for (int run = 0; run < runs; ++run) {
        client.call("stop", {{"all", true}});
        client.wait_until_all_rest();
        workshop.stamps().clear();
        const std::int64_t began = bench_now();
        client.call("start", {{"all", true}});
        // Nobody asks before the last one has started: droverd is left to its work.
        const int agents = text.find("idle-50") != std::string::npos ? crowd : links_of_chain;
        (void)workshop.stamps().wait_for(
            BENCH_STARTED, static_cast<std::size_t>(agents), std::chrono::seconds(30));
        figure.runs.push_back(milliseconds_between(began, client.wait_until_all_run()));
        figure.floor_runs.push_back(agents == crowd ? start_bare_processes(agents)
                                                    : start_bare_processes_in_turn(agents));
    }
    workshop.drover({"down"});
    return figure;
}

/// The whole command, with plugins that are known and no process at all.
Figure whole_up(const Settings& settings) {
    Figure figure{"cold.fifty_up",
                  "`drover up` of the 50 with a zygote",
                  "ms",
                  {},
                  "",
                  {},
                  {},
                  "from the command's start: droverd, router and zygote are started first"};
    Workshop workshop;
    const auto file = workshop.write("agents.yaml", cold_fleet(crowd, false, true));
    const int runs = settings.quick ? 1 : settings.runs;
    for (int run = 0; run <= runs; ++run) {
        const std::int64_t began = bench_now();
        workshop.drover({"up", "-d", "-f", file.string()});
        if (run > 0) {  // The first one describes the plugin.
            figure.runs.push_back(milliseconds_between(began, bench_now()));
        }
        workshop.drover({"down"});
    }
    return figure;
}

}  // namespace

std::vector<Figure> measure_cold(const Settings& settings) {
    const std::vector<Target> within_60{{Target::Of::value, Target::Bound::at_most, 60}};
    const std::string fifty_bare = "fifty bare processes";
    const std::string ten_bare = "ten bare ones in turn";
    const std::string from = "from the wish on the control socket; droverd and router run";
    return {
        start_all({"cold.fifty_zygote",
                   "50 agents, none running, to all ready, with a zygote",
                   "ms",
                   {},
                   fifty_bare,
                   {},
                   within_60,
                   from + ", the zygote stands by"},
                  settings,
                  cold_fleet(crowd, false, true)),
        start_all({"cold.fifty_exec", "the same 50, executed", "ms", {}, fifty_bare, {}, {}, ""},
                  settings,
                  cold_fleet(crowd, false, false)),
        whole_up(settings),
        start_all({"cold.chain_exec",
                   "chain of 10 agents, each waits for `healthy`",
                   "ms",
                   {},
                   ten_bare,
                   {},
                   within_60,
                   from},
                  settings,
                  cold_fleet(links_of_chain, true, false)),
        start_all({"cold.chain_zygote",
                   "the same chain with a zygote",
                   "ms",
                   {},
                   ten_bare,
                   {},
                   within_60,
                   ""},
                  settings,
                  cold_fleet(links_of_chain, true, true))};
}

}  // namespace drover::bench
