/// Kills agents, the router, the supervisor, the guard and whole fleets at random points of a
/// replay, and compares what the replay comes to with one that nobody disturbed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "campaigns/fleet_processes.hpp"
#include "campaigns/replay_outcome.hpp"
#include "scenarios/fleet_under_test.hpp"

namespace drover::campaigns {

/// A fleet that can be killed thousands of times: the repository's, with quick restarts without a
/// limit.
struct KillableFleet {
    std::string history;  ///< Path of the CSV file.
    std::string speed = "max";
    std::string more_agents = {};     ///< As in TradingFleet.
    bool has_order_flow = false;      ///< Averages so short that every few bars bring an order.
    bool adopts_supervisors = false;  ///< `on_supervisor_death: adopt`
};
[[nodiscard]] std::string killable_fleet_yaml(const KillableFleet& wanted);

/// What a campaign has found.
struct KillsFound {
    std::map<std::string, int> kills;  ///< By what was killed.
    int rounds = 0;                    ///< Replays from beginning to end.
    int lost = 0;                      ///< Orders, over all rounds.
    int doubled = 0;
    int supervisors_adopted = 0;  ///< Of those killed where the guard was to start another one.
    std::vector<std::string> failures;

    [[nodiscard]] int points() const;
    void add(const KillsFound& other);
};

/// One campaign: replays with kills, each compared with `undisturbed`. The same seed kills the same
/// units in the same order, after the same waits. Every second round is one of a fleet that adopts
/// supervisors. One thread.
class KillTrials {
public:
    /// `fleet` is not up.
    KillTrials(const scenarios::FleetUnderTest& fleet,
               KillableFleet kind,
               ReplayOutcome undisturbed,
               std::uint64_t seed)
        : fleet_(fleet),
          kind_(std::move(kind)),
          undisturbed_(std::move(undisturbed)),
          random_(seed) {}

    /// Plays rounds until `points` kills were made, or something was found. Afterwards the fleet is
    /// down.
    void run(int points);
    [[nodiscard]] const KillsFound& found() const { return found_; }

private:
    void play_round(int points);
    void compare();
    void kill_once();
    void kill_droverd(bool is_guard);
    void kill_everything();
    /// Kills what `find` finds, once it is there.
    void kill_when_there(const std::string& unit,
                         const std::function<pid_t(const FleetProcesses&)>& find);
    /// Waits until nothing of the fleet is left, and starts it again.
    void start_again(const std::string& after);
    [[nodiscard]] bool has_ended() const;
    void must(const scenarios::ProgramResult& result);
    void fail(const std::string& what);
    [[nodiscard]] std::size_t pick(std::size_t count) { return random_() % count; }

    const scenarios::FleetUnderTest& fleet_;
    KillableFleet kind_;
    ReplayOutcome undisturbed_;
    std::mt19937_64 random_;
    KillsFound found_;
    int made_ = 0;
};

}  // namespace drover::campaigns
