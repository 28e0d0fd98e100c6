#include "campaigns/kill_trials.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <thread>
#include <utility>

#include "base/json_value.hpp"
#include "scenarios/trading_fleet.hpp"

namespace drover::campaigns {
namespace {

using scenarios::AgentStatus;
using scenarios::FleetStatus;
using scenarios::FleetUnderTest;

constexpr std::array<const char*, 6> trading_agents{
    "market-data", "broker", "pattern-recognition", "risk", "advisor", "performance"};
constexpr const char* router_unit = "drover-router";
constexpr std::uint64_t longest_pause_us = 60'000;

void exchange(std::string& text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    if (at != std::string::npos) {
        text.replace(at, from.size(), to);
    }
}

/// The answer of an agent as text; empty where it gave none.
std::string answer_of(const FleetUnderTest& fleet,
                      const std::string& agent,
                      const std::string& port,
                      const std::string& question) {
    const auto asked = fleet.drover({"request", agent, port, question, "-o", "json"});
    const auto document = parse_json(asked.output);
    if (asked.exit_code != 0 || !document || !document.value().contains("reply")) {
        return {};
    }
    return document.value().at("reply").dump();
}

}  // namespace

std::string killable_fleet_yaml(const std::string& history,
                                const std::string& speed,
                                const std::string& more_agents) {
    std::string text = scenarios::trading_fleet_yaml(
        {.history = history, .speed = speed, .more_agents = more_agents});
    exchange(text, "initial: 20ms", "initial: 1ms");
    exchange(text, "max: 30s, jitter", "max: 5ms, jitter");
    exchange(text,
             "{max_restarts: 5, window: 60s, then: cooldown, cooldown: 5m}",
             "{max_restarts: 1000000, window: 1s}");
    return text;
}

std::optional<ReplayOutcome> outcome_of(const FleetUnderTest& fleet, std::chrono::seconds longest) {
    const bool has_ended = scenarios::eventually(
        [&fleet] {
            const auto status = fleet.status();
            return status && (*status)["market-data"].reason.starts_with("history ended");
        },
        longest);
    if (!has_ended) {
        return std::nullopt;
    }
    // A request of a person enters the replay's queue behind everything that is in it.
    return ReplayOutcome{answer_of(fleet, "broker", "orders", R"({"all": true})"),
                         answer_of(fleet, "broker", "positions", "{}"),
                         answer_of(fleet, "broker", "accounts", "{}"),
                         answer_of(fleet, "performance", "trades", R"({"count": 1000})")};
}

void KillTrials::fail(const std::string& what) {
    found_.failures.push_back("Round " + std::to_string(found_.rounds) + ", kill " +
                              std::to_string(made_) + ": " + what);
}

void KillTrials::must(const scenarios::ProgramResult& result) {
    // `up` answers 1 where an agent was killed while it started.
    if (result.exit_code < 0 || result.exit_code > 1) {
        fail("drover failed: " + result.text());
    }
}

void KillTrials::run(int points) {
    while (made_ < points && found_.failures.empty()) {
        play_round(points);
    }
}

void KillTrials::play_round(int points) {
    ++found_.rounds;
    must(fleet_.drover({"up", "-d", "--fresh"}));
    while (made_ < points && !has_ended() && found_.failures.empty()) {
        std::this_thread::sleep_for(std::chrono::microseconds(pick(longest_pause_us)));
        kill_once();
    }
    const auto outcome = outcome_of(fleet_, 10 * scenarios::patience);
    if (!outcome) {
        const auto status = fleet_.status();
        fail("the history does not end: " + (status ? status->text : "no status"));
    } else if (*outcome != undisturbed_) {
        for (const auto& [what, now, before] :
             {std::tuple{"orders", &outcome->orders, &undisturbed_.orders},
              std::tuple{"positions", &outcome->positions, &undisturbed_.positions},
              std::tuple{"account", &outcome->account, &undisturbed_.account},
              std::tuple{"trades", &outcome->trades, &undisturbed_.trades}}) {
            if (*now != *before) {
                fail(std::string("the ") + what + " differ.\nundisturbed: " + *before +
                     "\nkilled:      " + *now);
            }
        }
    }
    must(fleet_.drover({"down"}));
}

bool KillTrials::has_ended() const {
    const auto status = fleet_.status();
    return status && (*status)["market-data"].reason.starts_with("history ended");
}

void KillTrials::kill_once() {
    ++made_;
    // Of twenty kills thirteen hit an agent, six the router, and one hits everything.
    constexpr std::size_t kinds = 20;
    const std::size_t kind = pick(kinds);
    if (kind == 0) {
        kill_everything();
    } else if (kind < 7) {
        ++found_.kills["router"];
        kill_unit(router_unit);
    } else {
        ++found_.kills["agent"];
        kill_unit(trading_agents[pick(trading_agents.size())]);
    }
}

void KillTrials::kill_unit(const std::string& unit) {
    std::optional<pid_t> pid;
    const bool is_there = scenarios::eventually([&] {
        const auto status = fleet_.status();
        pid = status ? (*status)[unit].pid : std::nullopt;
        return pid.has_value();
    });
    if (!is_there) {
        fail(unit + " has no process to kill");
        return;
    }
    ::kill(*pid, SIGKILL);
}

void KillTrials::kill_everything() {
    ++found_.kills["everything"];
    scenarios::kill_marked(fleet_.mark());
    must(fleet_.drover({"up", "-d"}));
}

}  // namespace drover::campaigns
