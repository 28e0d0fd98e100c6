/// Ends parts of a fleet at random, one after the other, and counts what is left of them and what
/// runs twice.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/fleet_status.hpp"
#include "scenarios/marked_processes.hpp"

namespace drover::campaigns {

/// The fleet that is hurt. All of it carries `mark` (scenarios/marked_processes.hpp).
struct HurtFleet {
    std::string mark;
    /// Runs `drover ARGUMENTS…` and returns whether it succeeded.
    std::function<bool(std::vector<std::string> arguments)> drover;
    std::function<std::optional<scenarios::FleetStatus>()> status;
};

/// The fleet's agents.yaml: agents that leave a child and a grandchild which ignore SIGTERM, in
/// sessions of their own, one executed and one copied from a zygote; and two that leave none.
/// `children` is the plugin of the former, `behaving` that of the latter.
[[nodiscard]] std::string ending_fleet(const std::string& children, const std::string& behaving);

/// What a campaign has found.
struct Endings {
    std::map<std::string, int> trials;  ///< By what was done.
    int orphans = 0;                    ///< Processes left of a tree that should be gone.
    int duplicates = 0;                 ///< Processes of an agent beside the one that it should be.
    std::vector<std::string> failures;  ///< Sentences; each tells the trial's number.

    [[nodiscard]] bool is_clean() const {
        return orphans == 0 && duplicates == 0 && failures.empty();
    }
};

/// One campaign on a fleet that is up with the agents of ending_fleet. The same seed does the same
/// things in the same order. One thread.
class EndingTrials {
public:
    EndingTrials(HurtFleet fleet, std::uint64_t seed) : fleet_(std::move(fleet)), random_(seed) {}

    /// Makes `count` trials; afterwards the fleet is up again.
    void run(int count);
    [[nodiscard]] const Endings& found() const { return found_; }
    [[nodiscard]] int made() const { return trial_; }

private:
    void try_once();
    void stop_agent(const std::string& agent);
    void kill_unit(const std::string& unit);
    void kill_droverd(bool is_guard);
    void expect_whole(const std::string& after);
    void expect_gone(const std::string& after);
    void fail(const std::string& what);
    [[nodiscard]] bool is_well() const;
    [[nodiscard]] std::size_t pick(std::size_t count);

    HurtFleet fleet_;
    std::mt19937_64 random_;
    Endings found_;
    int trial_ = 0;
};

}  // namespace drover::campaigns
