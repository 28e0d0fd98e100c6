#include "campaigns/kill_trials.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>
#include <utility>

#include "scenarios/trading_fleet.hpp"

namespace drover::campaigns {
namespace {

using scenarios::FleetUnderTest;

constexpr std::array<const char*, 6> trading_agents{
    "market-data", "broker", "pattern-recognition", "risk", "advisor", "performance"};
constexpr std::uint64_t longest_pause_us = 60'000;
/// Asking for the status costs more than a kill.
constexpr int kills_between_looks = 8;
/// Looking through /proc is cheap, and a process that is not there comes within milliseconds.
constexpr std::chrono::milliseconds look_pause{2};

void exchange(std::string& text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    if (at == std::string::npos) {
        throw std::runtime_error("agents.yaml does not hold '" + from +
                                 "' any more; change kill_trials.cpp with it");
    }
    text.replace(at, from.size(), to);
}

bool becomes_true(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + scenarios::patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
        std::this_thread::sleep_for(look_pause);
    }
    return true;
}

}  // namespace

std::string killable_fleet_yaml(const KillableFleet& wanted) {
    std::string text = scenarios::trading_fleet_yaml(
        {.history = wanted.history, .speed = wanted.speed, .more_agents = wanted.more_agents});
    exchange(text, "initial: 20ms", "initial: 1ms");
    exchange(text, "max: 30s, jitter", "max: 5ms, jitter");
    exchange(text,
             "{max_restarts: 5, window: 60s, then: cooldown, cooldown: 5m}",
             "{max_restarts: 1000000, window: 1s}");
    if (wanted.has_order_flow) {
        exchange(text, "{fast: 10, slow: 20}", "{fast: 2, slow: 4}");
    }
    if (wanted.adopts_supervisors) {
        exchange(text, "defaults:\n", "on_supervisor_death: adopt\ndefaults:\n");
    }
    return text;
}

int KillsFound::points() const {
    int points = 0;
    for (const auto& [what, count] : kills) {
        points += count;
    }
    return points;
}

void KillsFound::add(const KillsFound& other) {
    for (const auto& [what, count] : other.kills) {
        kills[what] += count;
    }
    rounds += other.rounds;
    lost += other.lost;
    doubled += other.doubled;
    supervisors_adopted += other.supervisors_adopted;
    failures.insert(failures.end(), other.failures.begin(), other.failures.end());
}

void KillTrials::fail(const std::string& what) {
    found_.failures.push_back("Round " + std::to_string(found_.rounds) + ", kill " +
                              std::to_string(made_) + ": " + what);
}

void KillTrials::must(const scenarios::ProgramResult& result) {
    // `up` answers 1 where an agent was killed while it started; then the fleet is there.
    const bool is_there = result.exit_code == 1 && !FleetProcesses(fleet_.mark()).is_empty();
    if (result.exit_code != 0 && !is_there) {
        fail("drover failed: " + result.text());
    }
}

void KillTrials::run(int points) {
    while (made_ < points && found_.failures.empty()) {
        play_round(points);
    }
}

void KillTrials::play_round(int points) {
    kind_.adopts_supervisors = ++found_.rounds % 2 == 0;
    fleet_.write("agents.yaml", killable_fleet_yaml(kind_));
    must(fleet_.drover({"up", "-d", "--fresh"}));
    for (int kill = 1; made_ < points && found_.failures.empty(); ++kill) {
        if (kill % kills_between_looks == 0 && has_ended()) {
            break;
        }
        std::this_thread::sleep_for(std::chrono::microseconds(pick(longest_pause_us)));
        kill_once();
    }
    compare();
    must(fleet_.drover({"down"}));
}

void KillTrials::compare() {
    const auto outcome = outcome_of(fleet_, 10 * scenarios::patience);
    if (!outcome) {
        const auto status = fleet_.status();
        fail("the history does not end: " + (status ? status->text : "no status"));
        return;
    }
    const OutcomeDifference difference = difference_of(undisturbed_, *outcome);
    found_.lost += difference.lost;
    found_.doubled += difference.doubled;
    for (const std::string& sentence : difference.sentences) {
        fail(sentence);
    }
}

bool KillTrials::has_ended() const {
    const auto status = fleet_.status();
    return status && (*status)["market-data"].reason.starts_with("history ended");
}

void KillTrials::kill_once() {
    ++made_;
    // Of 32 kills 20 hit an agent, 7 the router, 2 the supervisor, 2 everything and 1 the guard.
    constexpr std::size_t kinds = 32;
    const std::size_t kind = pick(kinds);
    if (kind < 2) {
        kill_everything();
    } else if (kind < 5) {
        kill_droverd(kind == 4);
    } else if (kind < 12) {
        ++found_.kills["router"];
        kill_when_there("the router", [](const FleetProcesses& all) { return all.router(); });
    } else {
        ++found_.kills["agent"];
        const std::string agent = trading_agents[pick(trading_agents.size())];
        kill_when_there(agent, [&](const FleetProcesses& all) { return all.agent(agent); });
    }
}

void KillTrials::kill_when_there(const std::string& unit,
                                 const std::function<pid_t(const FleetProcesses&)>& find) {
    const bool was_there = becomes_true([&] {
        const pid_t pid = find(FleetProcesses(fleet_.mark()));
        return pid > 0 && ::kill(pid, SIGKILL) == 0;
    });
    if (!was_there) {
        const auto status = fleet_.status();
        fail(unit + " has no process to kill: " + (status ? status->text : "no status"));
    }
}

void KillTrials::kill_droverd(bool is_guard) {
    ++found_.kills[is_guard ? "guard" : "supervisor"];
    const FleetProcesses before(fleet_.mark());
    const pid_t guard = before.guard();
    const pid_t supervisor = before.supervisor();
    if (guard <= 0 || supervisor <= 0 || ::kill(is_guard ? guard : supervisor, SIGKILL) != 0) {
        fail("there is no guard or no supervisor to kill");
        return;
    }
    if (is_guard || !kind_.adopts_supervisors) {
        start_again(is_guard ? "a kill of the guard" : "a kill of the supervisor");
        return;
    }
    // The sixth that is lost within a minute ends the fleet instead.
    bool is_adopted = false;
    const bool is_decided = becomes_true([&] {
        const FleetProcesses now(fleet_.mark());
        is_adopted = now.guard() == guard && now.supervisor() > 0 && now.supervisor() != supervisor;
        return is_adopted || now.is_empty();
    });
    if (!is_decided) {
        fail("the guard neither started another supervisor nor ended the fleet");
    } else if (is_adopted) {
        ++found_.supervisors_adopted;
    } else {
        start_again("a kill of the supervisor");
    }
}

void KillTrials::kill_everything() {
    ++found_.kills["everything"];
    scenarios::kill_marked(fleet_.mark());
    must(fleet_.drover({"up", "-d"}));
}

void KillTrials::start_again(const std::string& after) {
    const bool is_gone = becomes_true([&] { return FleetProcesses(fleet_.mark()).is_empty(); });
    if (!is_gone) {
        fail(std::to_string(scenarios::find_marked(fleet_.mark()).size()) +
             " processes are left after " + after);
        scenarios::kill_marked(fleet_.mark());
    }
    must(fleet_.drover({"up", "-d"}));
}

}  // namespace drover::campaigns
