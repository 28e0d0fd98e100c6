// kill -9 of a settled agent to its new process, to its plugin's `create`, to ready; beside a C
// loop with pidfd and posix_spawn on the same binary and the same settled agent. Kills of the two
// take turns.
#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>

#include "base/json_value.hpp"
#include "bench/live_client.hpp"
#include "bench/rows.hpp"
#include "bench/workshop.hpp"
#include "process/status_page.hpp"

namespace drover::bench {
namespace {

constexpr int kills_a_run = 20;

/// Settled after 50 ms, so that the first restart is the one that is measured each time.
constexpr const char* fleet = R"(version: 1
name: bench-restart
clock: wall
defaults:
  backoff: {initial: 100ms, factor: 2, max: 1s, jitter: 0, reset_after: 50ms}
  restart_limit: {max_restarts: 100000, window: 60s, then: fail}
agents:
  victim: {plugin: @PLUGIN@, agent: idle}
)";
/// Nothing tells that `reset_after` is over: the next end is simply counted as the first.
constexpr std::chrono::milliseconds time_to_settle{120};

bench_stamp first_of(Workshop& workshop, bench_stamp_kind kind) {
    const auto found = workshop.stamps().wait_for(kind, 1, std::chrono::seconds(10));
    if (found.empty()) {
        throw std::runtime_error("the killed process did not come back within 10 s");
    }
    return found.front();
}

/// Kills a process that is settled; returns when.
std::int64_t kill_settled(Workshop& workshop, std::uint32_t pid) {
    std::this_thread::sleep_for(time_to_settle);
    workshop.stamps().clear();
    const std::int64_t killed = bench_now();
    ::kill(static_cast<pid_t>(pid), SIGKILL);
    return killed;
}

/// What droverd would send the victim, but for the router, which the floor has not.
std::string messages_for_floor(const Workshop& workshop, const std::string& socket) {
    const Json configure{{"do", "configure"},
                         {"name", "victim"},
                         {"fleet", "bench-restart"},
                         {"handle", 1},
                         {"incarnation", 1},
                         {"plugin", bench_plugin().string()},
                         {"agent", "idle"},
                         {"config", "{}"},
                         {"mode", "live"},
                         {"owns_clock", false},
                         {"endpoint", "ipc://" + socket},
                         {"token", std::string(32, '0')},
                         {"state_file", (workshop.folder() / "victim.sqlite").string()},
                         {"kill_switch", (workshop.folder() / "kill_switch").string()},
                         {"fleet_file", ""},
                         {"grants", Json::array()},
                         {"types", Json::array()},
                         {"publishers", Json::object()},
                         {"rules", Json::array()}};
    return to_line(configure) + "\n" + to_line(Json{{"do", "start"}}) + "\n";
}

std::string with_plugin(std::string text) {
    const std::string place = "@PLUGIN@";
    return text.replace(text.find(place), place.size(), bench_plugin().string());
}

}  // namespace

std::vector<Figure> measure_restart(const Settings& settings) {
    Workshop ours;
    Workshop beside;
    ours.stamp_new_processes();
    beside.stamp_new_processes();
    const auto file = ours.write("agents.yaml", with_plugin(fleet));
    ours.drover({"up", "-d", "-f", file.string()});
    LiveClient client(ours);
    const std::string socket = (beside.folder() / "nobody").string();
    const auto messages = beside.write("messages", messages_for_floor(beside, socket));
    const Program floor = beside.start(bench_program("restart_floor"),
                                       {messages.string(),
                                        socket,
                                        std::to_string(StatusPageLayout::right_magic),
                                        program("drover-agent").string(),
                                        "--live",
                                        "victim"});
    std::uint32_t our_pid = client.pid_of("victim");
    std::uint32_t floor_pid = first_of(beside, BENCH_CREATED).pid;

    Figure process{
        "restart.new_process", "kill -9 to the new process", "ms", {}, "C loop", {}, {}, ""};
    process.targets = {{Target::Of::ratio, Target::Bound::at_most, 1.3}};
    process.note = "its first instruction after the loader has done its work, before main";
    Figure create{
        "restart.create", "kill -9 to the plugin's create", "ms", {}, "C loop, create", {}, {}, ""};
    Figure ready{"restart.ready", "kill -9 to ready", "ms", {}, "C loop, create", {}, {}, ""};
    ready.note = "as droverd answers it to a client that asks without a pause";
    const int kills = settings.quick ? settings.runs : settings.runs * kills_a_run;
    for (int count = 0; count < kills; ++count) {
        const std::int64_t floor_killed = kill_settled(beside, floor_pid);
        const bench_stamp floor_back = first_of(beside, BENCH_NEW_PROCESS);
        const bench_stamp floor_created = first_of(beside, BENCH_CREATED);
        floor_pid = floor_back.pid;
        process.floor_runs.push_back(milliseconds_between(floor_killed, floor_back.time));
        create.floor_runs.push_back(milliseconds_between(floor_killed, floor_created.time));

        const std::int64_t killed = kill_settled(ours, our_pid);
        const bench_stamp back = first_of(ours, BENCH_NEW_PROCESS);
        const bench_stamp created = first_of(ours, BENCH_CREATED);
        our_pid = back.pid;
        ready.runs.push_back(
            milliseconds_between(killed, client.wait_until_running("victim", our_pid)));
        ready.floor_runs.push_back(create.floor_runs.back());
        process.runs.push_back(milliseconds_between(killed, back.time));
        create.runs.push_back(milliseconds_between(killed, created.time));
    }
    ours.drover({"down"});
    return {process, create, ready};
}

}  // namespace drover::bench
