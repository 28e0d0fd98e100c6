// kill -9 of a settled agent to the next `create`, where a zygote or a spare stands by; beside the
// same agent of the same fleet that is executed. Kills of the three take turns. And the first
// restart of an agent that dies 100 ms after its start.
#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>

#include "bench/live_client.hpp"
#include "bench/rows.hpp"
#include "bench/workshop.hpp"

namespace drover::bench {
namespace {

constexpr int kills_of_each = 20;  // A run.
/// Nothing tells that `reset_after` is over: the next end is simply counted as the first.
constexpr std::chrono::milliseconds settled_after{150};
/// Part of what is measured: an agent that dies early in its life.
constexpr std::chrono::milliseconds death_after_start{100};

/// Settled after 50 ms, so that the first restart is the one that is measured each time.
std::string standby_fleet() {
    const std::string plugin = "{plugin: " + bench_plugin().string() + ", agent: idle";
    return "version: 1\nname: bench-standby\nclock: wall\ndefaults:\n"
           "  backoff: {initial: 100ms, factor: 2, max: 1s, jitter: 0, reset_after: 50ms}\n"
           "  restart_limit: {max_restarts: 100000, window: 60s, then: fail}\nagents:\n"
           "  executed: " +
           plugin + "}\n  copied: " + plugin + ", standby: zygote}\n  replaced: " + plugin +
           ", standby: spare}\n";
}

bench_stamp next_stamp(Workshop& workshop, bench_stamp_kind kind) {
    const auto found = workshop.stamps().wait_for(kind, 1, std::chrono::seconds(10));
    if (found.empty()) {
        throw std::runtime_error("the killed process did not come back within 10 s");
    }
    return found.front();
}

/// Kills an agent that is settled; returns how long the next `create` took, in milliseconds.
double kill_to_create(Workshop& workshop, LiveClient& client, const std::string& agent) {
    if (agent != "executed") {
        client.wait_for_standby(agent);
    }
    const std::uint32_t pid = client.pid_of(agent);
    std::this_thread::sleep_for(settled_after);
    workshop.stamps().clear();
    const std::int64_t killed = bench_now();
    ::kill(static_cast<pid_t>(pid), SIGKILL);
    const bench_stamp created = next_stamp(workshop, BENCH_CREATED);
    (void)client.wait_until_running(agent, created.pid);
    return milliseconds_between(killed, created.time);
}

/// Starts an agent anew, kills it 100 ms later; returns how long the next process took.
double early_death(Workshop& workshop, LiveClient& client) {
    workshop.drover({"stop", "--wait", "executed"});
    workshop.stamps().clear();
    client.call("start", {{"names", {"executed"}}});
    const std::uint32_t pid = next_stamp(workshop, BENCH_CREATED).pid;
    std::this_thread::sleep_for(death_after_start);
    workshop.stamps().clear();
    const std::int64_t killed = bench_now();
    ::kill(static_cast<pid_t>(pid), SIGKILL);
    return milliseconds_between(killed, next_stamp(workshop, BENCH_CREATED).time);
}

}  // namespace

std::vector<Figure> measure_standby(const Settings& settings) {
    Figure zygote{"standby.zygote",
                  "kill -9 to create, with a zygote",
                  "ms",
                  {},
                  "the same, executed",
                  {},
                  {{Target::Of::ratio, Target::Bound::at_most, 0.4}},
                  "one plugin, agents of one fleet: only `standby` differs"};
    Figure spare{"standby.spare",
                 "kill -9 to create, with a spare",
                 "ms",
                 {},
                 "the same, executed",
                 {},
                 {},
                 ""};
    Figure early{"restart.early_death",
                 "first restart after a death 100 ms after the start, to create",
                 "ms",
                 {},
                 "the same, settled",
                 {},
                 {{Target::Of::ratio, Target::Bound::at_most, 1.2}},
                 "no delay is added to the first restart"};
    Workshop workshop;
    const auto file = workshop.write("agents.yaml", standby_fleet());
    workshop.drover({"up", "-d", "-f", file.string()});
    LiveClient client(workshop);
    const int kills = settings.quick ? settings.runs : settings.runs * kills_of_each;
    for (int count = 0; count < kills; ++count) {
        const double executed = kill_to_create(workshop, client, "executed");
        zygote.runs.push_back(kill_to_create(workshop, client, "copied"));
        spare.runs.push_back(kill_to_create(workshop, client, "replaced"));
        early.runs.push_back(early_death(workshop, client));
        for (Figure* const figure : {&zygote, &spare, &early}) {
            figure->floor_runs.push_back(executed);
        }
    }
    workshop.drover({"down"});
    return {zygote, spare, early};
}

}  // namespace drover::bench
