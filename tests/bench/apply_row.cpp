// One of fifty agents gets another configuration: how long it takes to find out what that changes,
// and how long `drover apply` takes until it is done. The other forty-nine must keep their
// processes.
#include <memory>
#include <set>
#include <stdexcept>
#include <string>

#include "bench/rows.hpp"
#include "bench/workshop.hpp"
#include "fleet/fleet_plan.hpp"

namespace drover::bench {
namespace {

constexpr int agents = 50;

double milliseconds_since(std::int64_t began) {
    return static_cast<double>(bench_now() - began) / 1e6;
}

std::string name_of(int agent) {
    return "sink-" + std::to_string(agent);
}

/// Fifty agents with a configuration of some keys; `number` stands in that of the last one.
std::string file_with(const Workshop& workshop, int number) {
    std::string text = "version: 1\nname: bench-apply\nclock: wall\nagents:\n";
    for (int agent = 1; agent <= agents; ++agent) {
        text += "  " + name_of(agent) + ":\n    plugin: " + bench_plugin().string() +
                "\n    agent: sink\n    backoff: {initial: 50ms, max: 10s}\n    config: {sheet: " +
                workshop.sheet().string() + ", records: 1, receivers: 1, window: 8, messages: " +
                std::to_string(agent == agents ? number : 1) + "}\n";
    }
    return text;
}

/// The file as droverd has it, but for what the plugins say of themselves, which is the same before
/// and after.
PreparedFleet fleet_of(const Workshop& workshop, int number) {
    FleetReading reading = read_fleet_text(
        file_with(workshop, number), workshop.folder() / "agents.yaml", PluginSearch{});
    PreparedFleet fleet;
    fleet.agents.resize(reading.config.agents.size());
    fleet.config = std::move(reading.config);
    return fleet;
}

void expect_one_touched(const FleetStatus& before, const FleetStatus& after) {
    int touched = 0;
    for (const auto& [name, agent] : before.agents) {
        touched += agent.pid == after[name].pid ? 0 : 1;
    }
    if (touched != 1) {
        throw std::runtime_error(std::to_string(touched) + " processes are new, not one");
    }
}

}  // namespace

std::vector<Figure> measure_apply(const Settings& settings) {
    Figure plan{"apply.plan",
                "what changes when one of 50 agents does",
                "ms",
                {},
                "",
                {},
                {{Target::Of::value, Target::Bound::at_most, 5}},
                "comparing two files that were read, every key of each agent"};
    Figure whole{
        "apply.one_of_fifty",
        "one of 50 agents changed, whole command",
        "ms",
        {},
        "",
        {},
        {},
        "`drover apply` from its start until the agent is healthy again; the other 49 keep "
        "their processes"};
    const Workshop workshop;
    const auto file = workshop.write("agents.yaml", file_with(workshop, 1));
    workshop.drover({"up", "-d", "-f", file.string()});
    for (int run = 0; run < settings.runs; ++run) {
        const PreparedFleet running = fleet_of(workshop, run + 1);
        const PreparedFleet wanted = fleet_of(workshop, run + 2);
        const std::int64_t plan_began = bench_now();
        const FleetPlan found = plan_changes(running, wanted, std::set<std::string>());
        plan.runs.push_back(milliseconds_since(plan_began));
        if (found.restart.size() != 1) {
            throw std::runtime_error("the plan restarts " + std::to_string(found.restart.size()));
        }
        const FleetStatus before = workshop.status();
        static_cast<void>(workshop.write("agents.yaml", file_with(workshop, run + 2)));
        const std::int64_t began = bench_now();
        workshop.drover({"apply"});
        whole.runs.push_back(milliseconds_since(began));
        expect_one_touched(before, workshop.status());
    }
    workshop.drover({"down"});
    return {plan, whole};
}

}  // namespace drover::bench
