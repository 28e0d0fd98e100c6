#include "campaigns/ending_trials.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <optional>
#include <thread>

namespace drover::campaigns {
namespace {

/// Long enough for a busy machine; only a trial that fails waits so long.
constexpr std::chrono::seconds patience{30};
constexpr std::chrono::milliseconds pause{5};

/// How many processes an agent has: itself, and those that it leaves behind.
struct Tree {
    const char* agent;
    std::size_t processes;
};
constexpr std::array trees{
    Tree{"forker", 3}, Tree{"copied-forker", 3}, Tree{"ticker", 1}, Tree{"listener", 1}};

bool holds_soon(const std::function<bool()>& holds) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!holds()) {
        if (std::chrono::steady_clock::now() >= deadline) {
            return false;
        }
        std::this_thread::sleep_for(pause);
    }
    return true;
}

/// False where there is none: kill(2) takes 0 and -1 for many processes.
bool kill_process(pid_t pid) {
    return pid > 0 && ::kill(pid, SIGKILL) == 0;
}

/// The processes of an agent's tree: those that it forked have its command line.
std::size_t count_of(const std::string& mark, const std::string& agent) {
    const std::string words = "--live " + agent;
    const auto all = scenarios::find_marked(mark);
    return static_cast<std::size_t>(std::ranges::count_if(all, [&](const auto& process) {
        const std::size_t at = process.command.find(words);
        const std::size_t end = at + words.size();
        return at != std::string::npos &&
               (end == process.command.size() || process.command[end] == ' ');
    }));
}

}  // namespace

std::string ending_fleet(const std::string& children, const std::string& behaving) {
    return "version: 1\nname: endings\nclock: wall\ndefaults:\n"
           "  backoff: {initial: 5ms, max: 5ms, jitter: 0, reset_after: 20ms}\n"
           "  restart_limit: {max_restarts: 100000, window: 60s, then: fail}\n"
           "  shutdown: {timeout: 2s}\nagents:\n  forker: {plugin: " +
           children + "}\n  copied-forker: {plugin: " + children +
           ", standby: zygote}\n  ticker: {plugin: " + behaving +
           ", agent: ticker, standby: zygote}\n  listener: {plugin: " + behaving +
           ", agent: listener}\n";
}

std::size_t EndingTrials::pick(std::size_t count) {
    return random_() % count;
}

void EndingTrials::fail(const std::string& what) {
    found_.failures.push_back("Trial " + std::to_string(trial_) + ": " + what);
}

bool EndingTrials::is_well() const {
    const auto status = fleet_.status();
    return status && status->is_well();
}

void EndingTrials::run(int count) {
    for (int made = 0; made < count; ++made) {
        ++trial_;
        try_once();
    }
}

void EndingTrials::try_once() {
    // Of ten trials four kill an agent, three stop one, and one each kills the others.
    constexpr std::size_t kinds = 10;
    const std::size_t kind = pick(kinds);
    const std::string agent = trees[pick(trees.size())].agent;
    if (kind < 4) {
        kill_unit(agent);
    } else if (kind < 7) {
        stop_agent(agent);
    } else if (kind == 7) {
        kill_unit("drover-router");
    } else {
        kill_droverd(kind == 9);
    }
}

void EndingTrials::stop_agent(const std::string& agent) {
    ++found_.trials["stop"];
    if (!fleet_.drover({"stop", agent})) {
        fail("drover stop " + agent + " failed");
    }
    if (!holds_soon([&] { return count_of(fleet_.mark, agent) == 0; })) {
        found_.orphans += static_cast<int>(count_of(fleet_.mark, agent));
        fail("something of " + agent + " is left after it was stopped");
    }
    if (!fleet_.drover({"start", agent})) {
        fail("drover start " + agent + " failed");
    }
    expect_whole("a stop of " + agent);
}

void EndingTrials::kill_unit(const std::string& unit) {
    ++found_.trials[unit == "drover-router" ? "kill -9 router" : "kill -9 agent"];
    const auto status = fleet_.status();
    const auto pid = status ? (*status)[unit].pid : std::nullopt;
    if (!kill_process(pid.value_or(-1))) {
        fail(unit + " has no process to kill");
        return;
    }
    if (!holds_soon([&] {
            const auto now = fleet_.status();
            return now && (*now)[unit].pid && (*now)[unit].pid != pid;
        })) {
        fail(unit + " did not come back");
    }
    expect_whole("a kill of " + unit);
}

void EndingTrials::kill_droverd(bool is_guard) {
    ++found_.trials[is_guard ? "kill -9 guard" : "kill -9 supervisor"];
    const auto status = fleet_.status();
    if (!status || !kill_process(is_guard ? status->guard : status->supervisor)) {
        fail("there is no guard or no supervisor to kill");
        return;
    }
    expect_gone(is_guard ? "a kill of the guard" : "a kill of the supervisor");
    if (!fleet_.drover({"up", "-d"})) {
        fail("drover up failed");
    }
    expect_whole("a new start");
}

void EndingTrials::expect_gone(const std::string& after) {
    if (holds_soon([&] { return scenarios::find_marked(fleet_.mark).empty(); })) {
        return;
    }
    const auto left = scenarios::find_marked(fleet_.mark);
    found_.orphans += static_cast<int>(left.size());
    fail(std::to_string(left.size()) + " processes are left after " + after + ", the first is " +
         (left.empty() ? "gone now" : left.front().command));
    scenarios::kill_marked(fleet_.mark);
}

void EndingTrials::expect_whole(const std::string& after) {
    if (!holds_soon([&] { return is_well(); })) {
        fail("the fleet is not well after " + after);
    }
    for (const Tree& tree : trees) {
        if (holds_soon([&] { return count_of(fleet_.mark, tree.agent) == tree.processes; })) {
            continue;
        }
        const std::size_t count = count_of(fleet_.mark, tree.agent);
        const int more = static_cast<int>(count) - static_cast<int>(tree.processes);
        // Who leaves nobody behind can only be there twice.
        (tree.processes == 1 ? found_.duplicates : found_.orphans) += std::max(more, 0);
        fail(std::string(tree.agent) + " has " + std::to_string(count) + " processes instead of " +
             std::to_string(tree.processes) + " after " + after);
    }
}

}  // namespace drover::campaigns
