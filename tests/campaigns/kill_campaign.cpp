// The kill campaign: a replay of the S&P 500 with durable topics, killed at as many random points
// as are asked for. `kill_campaign --points 10000 --seed 1 [--bars N] [--speed BARS_A_SECOND]`
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "campaigns/kill_trials.hpp"
#include "scenarios/history_file.hpp"
#include "scenarios/trading_fleet.hpp"

namespace {

struct Wanted {
    int points = 200;
    std::uint64_t seed = 20261127;
    int bars = 0;  ///< Of a random walk; 0: the S&P 500.
    std::string speed = "max";
};

/// Nothing where an argument is not known.
bool read_arguments(int count, char** values, Wanted& wanted) {
    for (int at = 1; at + 1 < count; at += 2) {
        const std::string_view name = values[at];
        const char* const value = values[at + 1];
        if (name == "--points") {
            wanted.points = std::atoi(value);
        } else if (name == "--seed") {
            wanted.seed = std::strtoull(value, nullptr, 10);
        } else if (name == "--bars") {
            wanted.bars = std::atoi(value);
        } else if (name == "--speed") {
            wanted.speed = value;
        } else {
            return false;
        }
    }
    return count % 2 == 1;
}

}  // namespace

int main(int count, char** values) {
    using namespace drover::campaigns;
    using namespace drover::scenarios;
    Wanted wanted;
    if (!read_arguments(count, values, wanted)) {
        std::fputs("kill_campaign [--points N] [--seed N] [--bars N] [--speed BARS]\n", stderr);
        return 2;
    }
    const FleetUnderTest fleet;
    const std::string history = wanted.bars > 0
                                    ? fleet.write("history.csv", random_walk(wanted.bars)).string()
                                    : sp500_file();
    if (history.empty()) {
        std::fputs("data/sp500-2000.csv is not there; ./dev setup fetches it\n", stderr);
        return 2;
    }
    fleet.write("agents.yaml", killable_fleet_yaml(history, wanted.speed));
    fleet.up();
    const auto undisturbed = outcome_of(fleet, 20 * patience);
    fleet.down();
    if (!undisturbed || undisturbed->orders.empty()) {
        std::fputs("The undisturbed replay did not come to its end.\n", stderr);
        return 1;
    }
    KillTrials trials(fleet, *undisturbed, wanted.seed);
    trials.run(wanted.points);
    std::printf("seed %llu, %d replays",
                static_cast<unsigned long long>(wanted.seed),
                trials.found().rounds);
    for (const auto& [what, kills] : trials.found().kills) {
        std::printf(", %s: %d", what.c_str(), kills);
    }
    std::puts("");
    for (const std::string& failure : trials.found().failures) {
        std::puts(failure.c_str());
    }
    return trials.found().failures.empty() ? 0 : 1;
}
