/// Kills agents, the router and whole fleets at random points of a replay, and compares what the
/// replay comes to with one that nobody disturbed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "scenarios/fleet_under_test.hpp"

namespace drover::campaigns {

/// What a replay has come to, when its history has ended and everything is handled. Texts, as the
/// agents answered: empty where one did not.
struct ReplayOutcome {
    std::string orders;  ///< All that ever were, with what became of each.
    std::string positions;
    std::string account;
    std::string trades;

    friend bool operator==(const ReplayOutcome&, const ReplayOutcome&) = default;
};

/// The agents.yaml of a fleet that can be killed thousands of times: the repository's, with quick
/// restarts without a limit. `more_agents` as in TradingFleet.
[[nodiscard]] std::string killable_fleet_yaml(const std::string& history,
                                              const std::string& speed,
                                              const std::string& more_agents = {});

/// Waits for the end of the history and asks for the outcome. Nothing when it does not come.
[[nodiscard]] std::optional<ReplayOutcome> outcome_of(const scenarios::FleetUnderTest& fleet,
                                                      std::chrono::seconds longest);

/// What a campaign has found.
struct KillsFound {
    std::map<std::string, int> kills;  ///< By what was killed.
    int rounds = 0;                    ///< Replays from beginning to end.
    std::vector<std::string> failures;
};

/// One campaign: replays with kills, each compared with `undisturbed`. The same seed kills the same
/// units in the same order, after the same waits. One thread.
class KillTrials {
public:
    /// `fleet` has the agents.yaml of killable_fleet_yaml and is not up.
    KillTrials(const scenarios::FleetUnderTest& fleet,
               ReplayOutcome undisturbed,
               std::uint64_t seed)
        : fleet_(fleet), undisturbed_(std::move(undisturbed)), random_(seed) {}

    /// Plays rounds until `points` kills were made. Afterwards the fleet is down.
    void run(int points);
    [[nodiscard]] const KillsFound& found() const { return found_; }

private:
    void play_round(int points);
    void kill_once();
    void kill_unit(const std::string& unit);
    void kill_everything();
    [[nodiscard]] bool has_ended() const;
    void must(const scenarios::ProgramResult& result);
    void fail(const std::string& what);
    [[nodiscard]] std::size_t pick(std::size_t count) { return random_() % count; }

    const scenarios::FleetUnderTest& fleet_;
    ReplayOutcome undisturbed_;
    std::mt19937_64 random_;
    KillsFound found_;
    int made_ = 0;
};

}  // namespace drover::campaigns
