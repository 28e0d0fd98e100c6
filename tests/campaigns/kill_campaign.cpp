// The kill campaign: replays of the S&P 500 with durable topics, killed at as many random points as
// are asked for, by several fleets beside each other.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "campaigns/kill_report.hpp"
#include "campaigns/kill_trials.hpp"
#include "scenarios/history_file.hpp"
#include "scenarios/trading_fleet.hpp"

namespace {

using drover::campaigns::KillableFleet;
using drover::campaigns::KillsFound;
using drover::campaigns::KillTrials;
using drover::campaigns::ReplayOutcome;
using drover::scenarios::FleetUnderTest;

constexpr const char* usage =
    "kill_campaign [--points N] [--seed N] [--workers N] [--bars N] [--speed BARS] [--report "
    "FILE]\n"
    "  --points   kills in all (200)\n"
    "  --seed     of what is killed when; worker N has seed + N (20261127)\n"
    "  --workers  fleets beside each other (2)\n"
    "  --bars     of a random walk instead of the S&P 500\n"
    "  --speed    bars a second (max)\n"
    "  --report   where a page of Markdown is written\n";

struct Wanted {
    int points = 200;
    int workers = 2;
    std::uint64_t seed = 20261127;
    int bars = 0;  ///< Of a random walk; 0: the S&P 500.
    std::string speed = "max";
    std::string report;
};

/// CTest takes it for a test that was left out.
constexpr int exit_without_history = 77;

/// False where an argument is not known or makes no sense.
bool read_arguments(int count, char** values, Wanted& wanted) {
    for (int at = 1; at + 1 < count; at += 2) {
        const std::string_view name = values[at];
        const char* const value = values[at + 1];
        if (name == "--points") {
            wanted.points = std::atoi(value);
        } else if (name == "--workers") {
            wanted.workers = std::atoi(value);
        } else if (name == "--seed") {
            wanted.seed = std::strtoull(value, nullptr, 10);
        } else if (name == "--bars") {
            wanted.bars = std::atoi(value);
        } else if (name == "--speed") {
            wanted.speed = value;
        } else if (name == "--report") {
            wanted.report = value;
        } else {
            return false;
        }
    }
    return count % 2 == 1 && wanted.points > 0 && wanted.workers > 0 && wanted.bars >= 0;
}

/// Shares the points among fleets of their own.
KillsFound run_workers(const Wanted& wanted,
                       const KillableFleet& kind,
                       const ReplayOutcome& undisturbed) {
    std::vector<std::unique_ptr<FleetUnderTest>> fleets;
    std::vector<std::unique_ptr<KillTrials>> trials;
    for (int worker = 0; worker < wanted.workers; ++worker) {
        fleets.push_back(std::make_unique<FleetUnderTest>());
        trials.push_back(std::make_unique<KillTrials>(
            *fleets.back(), kind, undisturbed, wanted.seed + static_cast<std::uint64_t>(worker)));
    }
    std::vector<std::thread> threads;
    for (int worker = 0; worker < wanted.workers; ++worker) {
        const int more = worker < wanted.points % wanted.workers ? 1 : 0;
        const int points = wanted.points / wanted.workers + more;
        threads.emplace_back(
            [&trials, worker, points] { trials[static_cast<std::size_t>(worker)]->run(points); });
    }
    KillsFound found;
    for (std::size_t worker = 0; worker < threads.size(); ++worker) {
        threads[worker].join();
        found.add(trials[worker]->found());
    }
    return found;
}

std::string today() {
    const std::time_t now = std::time(nullptr);
    char text[16];
    return {text, std::strftime(text, sizeof text, "%F", std::gmtime(&now))};
}

}  // namespace

int main(int count, char** values) {
    using namespace drover::campaigns;
    using namespace drover::scenarios;
    Wanted wanted;
    if (!read_arguments(count, values, wanted)) {
        std::fputs(usage, stderr);
        return 2;
    }
    const FleetUnderTest fleet;
    KillableFleet kind;
    kind.speed = wanted.speed;
    kind.has_order_flow = true;
    kind.history = wanted.bars > 0 ? fleet.write("history.csv", random_walk(wanted.bars)).string()
                                   : sp500_file();
    if (kind.history.empty()) {
        std::fputs("data/sp500-2000.csv is not there; ./dev setup fetches it\n", stderr);
        return exit_without_history;
    }
    fleet.write("agents.yaml", killable_fleet_yaml(kind));
    fleet.up();
    const auto undisturbed = outcome_of(fleet, 20 * patience);
    fleet.down();
    if (!undisturbed || undisturbed->orders.empty()) {
        std::fputs("The undisturbed replay did not come to its end.\n", stderr);
        return 1;
    }
    const auto began = std::chrono::steady_clock::now();
    const KillsFound found = run_workers(wanted, kind, *undisturbed);
    KillCampaign campaign;
    campaign.seed = wanted.seed;
    campaign.workers = wanted.workers;
    campaign.history =
        wanted.bars > 0 ? std::to_string(wanted.bars) + " bars of a random walk" : "sp500-2000.csv";
    campaign.orders = count_orders(*undisturbed);
    campaign.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    campaign.date = today();
    campaign.state_directory = fleet.folder().parent_path().string();
    const std::string report = kill_report(campaign, found);
    std::fputs(report.c_str(), stdout);
    if (!wanted.report.empty() && !(std::ofstream(wanted.report) << report).flush()) {
        std::fprintf(stderr, "The report cannot be written to %s.\n", wanted.report.c_str());
        return 2;
    }
    return found.failures.empty() ? 0 : 1;
}
