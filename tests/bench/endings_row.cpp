// A thousand random stops and kills of agents, router, supervisor and guard: how many processes are
// left over, and how many run twice.
#include <stdexcept>
#include <string>

#include "bench/rows.hpp"
#include "bench/workshop.hpp"
#include "campaigns/ending_trials.hpp"

namespace drover::bench {
namespace {

constexpr int all_trials = 1000;
constexpr int few_trials = 10;
constexpr std::uint64_t seed = 20261127;

std::string misbehaving(const std::string& name) {
    return (bench_program(".").parent_path().parent_path() / "plugins_that_misbehave" /
            (name + ".so"))
        .string();
}

}  // namespace

std::vector<Figure> measure_endings(const Settings& settings) {
    const Workshop workshop;
    workshop.write("agents.yaml",
                   campaigns::ending_fleet(misbehaving("children"), misbehaving("behaving")));
    workshop.drover({"up", "-d"});
    campaigns::HurtFleet fleet;
    fleet.mark = workshop.mark();
    fleet.drover = [&workshop](std::vector<std::string> arguments) {
        return workshop.can_drover(std::move(arguments));
    };
    fleet.status = [&workshop] { return workshop.status_if_any(); };
    campaigns::EndingTrials trials(fleet, seed);
    trials.run(settings.quick ? few_trials : all_trials);
    const campaigns::Endings& found = trials.found();
    std::string note = "seed " + std::to_string(seed);
    for (const auto& [what, count] : found.trials) {
        note += "; " + what + ": " + std::to_string(count);
    }
    for (const std::string& failure : found.failures) {
        note += "; " + failure;
    }
    const std::vector<Target> none{{Target::Of::value, Target::Bound::at_most, 0}};
    Figure orphans{"endings.orphans",
                   std::to_string(trials.made()) + " random stops and kill -9, orphans",
                   "processes",
                   {static_cast<double>(found.orphans)},
                   "",
                   {},
                   none,
                   note};
    Figure duplicates = orphans;
    duplicates.name = "endings.duplicates";
    duplicates.title = "the same, duplicates";
    duplicates.runs = {static_cast<double>(found.duplicates)};
    duplicates.note = "";
    return {orphans, duplicates};
}

}  // namespace drover::bench
