// kill -9 of a settled agent to its new process, to its plugin's `create`, to ready; beside a C
// loop with pidfd and posix_spawn on the same binary. Kills of the two take turns.
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>

#include "base/json_value.hpp"
#include "bench/rows.hpp"
#include "bench/workshop.hpp"
#include "command/control_client.hpp"

namespace drover::bench {
namespace {

constexpr double nanoseconds_in_millisecond = 1e6;
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
constexpr std::chrono::milliseconds time_to_settle{120};

bench_stamp first_of(Workshop& workshop, bench_stamp_kind kind) {
    const auto found = workshop.stamps().wait_for(kind, 1, std::chrono::seconds(10));
    if (found.empty()) {
        throw std::runtime_error("the killed process did not come back within 10 s");
    }
    return found.front();
}

double milliseconds(std::int64_t nanoseconds) {
    return static_cast<double>(nanoseconds) / nanoseconds_in_millisecond;
}

/// Kills a process that is settled; returns when.
std::int64_t kill_settled(Workshop& workshop, std::uint32_t pid) {
    std::this_thread::sleep_for(time_to_settle);
    workshop.stamps().clear();
    const std::int64_t killed = bench_now();
    ::kill(static_cast<pid_t>(pid), SIGKILL);
    return killed;
}

/// Asks droverd until it calls the agent running in its new process.
std::int64_t wait_until_ready(ControlClient& client, std::uint32_t pid) {
    const std::int64_t deadline = bench_now() + 10'000'000'000;
    while (bench_now() < deadline) {
        const auto status = client.call("status", Json::object(), std::chrono::seconds(10));
        if (!status) {
            break;
        }
        for (const Json& agent : status.value().at("agents")) {
            if (value_or<std::string>(agent, "name", "") == "victim" &&
                value_or<std::string>(agent, "state", "") == "running" &&
                agent.at("pid") == Json(pid)) {
                return bench_now();
            }
        }
    }
    throw std::runtime_error("the killed agent did not become ready within 10 s");
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
    // The client looks for the control socket where droverd was told to put it.
    ::setenv("XDG_RUNTIME_DIR", (ours.folder() / "run").c_str(), 1);
    auto client = ControlClient::connect(ours.state_directory());
    if (!client) {
        throw std::runtime_error(client.error().message);
    }
    const Program floor = beside.start(bench_program("restart_floor"),
                                       {program("drover-agent").string(), "--live", "victim"});
    std::uint32_t our_pid = static_cast<std::uint32_t>(*ours.status()["victim"].pid);
    std::uint32_t floor_pid = first_of(beside, BENCH_NEW_PROCESS).pid;

    Figure process{
        "restart.new_process", "kill -9 to the new process", "ms", {}, "C loop", {}, {}, ""};
    process.targets = {{Target::Of::ratio, Target::Bound::at_most, 1.5}};
    process.note = "its first instruction after the loader has done its work, before main";
    Figure create{
        "restart.create", "kill -9 to the plugin's create", "ms", {}, "C loop", {}, {}, ""};
    Figure ready{"restart.ready", "kill -9 to ready", "ms", {}, "C loop", {}, {}, ""};
    ready.note = "as droverd answers it to a client that asks without a pause";
    const int kills = settings.quick ? settings.runs : settings.runs * kills_a_run;
    for (int count = 0; count < kills; ++count) {
        const std::int64_t floor_killed = kill_settled(beside, floor_pid);
        const bench_stamp floor_back = first_of(beside, BENCH_NEW_PROCESS);
        floor_pid = floor_back.pid;
        const double floor_took = milliseconds(floor_back.time - floor_killed);

        const std::int64_t killed = kill_settled(ours, our_pid);
        const bench_stamp back = first_of(ours, BENCH_NEW_PROCESS);
        const bench_stamp created = first_of(ours, BENCH_CREATED);
        our_pid = back.pid;
        ready.runs.push_back(milliseconds(wait_until_ready(client.value(), our_pid) - killed));
        process.runs.push_back(milliseconds(back.time - killed));
        create.runs.push_back(milliseconds(created.time - killed));
        for (Figure* const figure : {&process, &create, &ready}) {
            figure->floor_runs.push_back(floor_took);
        }
    }
    ours.drover({"down"});
    return {process, create, ready};
}

}  // namespace drover::bench
