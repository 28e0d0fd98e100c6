// Simulated bars per second through the whole fleet of agents.yaml, with and without the event
// log's hash, beside a bare C pipeline of function pointers.
#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <string>

#include "base/json_value.hpp"
#include "bench/rows.hpp"
#include "bench/workshop.hpp"

namespace drover::bench {
namespace {

/// The answer of `drover backtest -o json` with some more options.
Json backtest(const Workshop& workshop, std::vector<std::string> more) {
    std::vector<std::string> arguments{
        "backtest",
        "-f",
        (repository() / "agents.yaml").string(),
        "--set",
        "market-data.file=" + (workshop.folder() / "bars.csv").string(),
        "--set",
        "market-data.interval=1m",
        "-o",
        "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto answer = parse_json(workshop.drover(std::move(arguments)).output);
    if (!answer) {
        throw std::runtime_error("drover backtest: " + answer.error().message);
    }
    return answer.value();
}

/// What each part of a run costs by bar, as `--profile` samples it.
void add_costs(const Json& profile, double bars, std::vector<Figure>& costs) {
    for (const Json& part : profile.at("parts")) {
        const auto kind = part.at("kind").get<std::string>();
        const auto what = part.at("name").get<std::string>();
        const std::string name = "simulation.cost." + kind + "." + what;
        auto cost = std::ranges::find(costs, name, &Figure::name);
        if (cost == costs.end()) {
            costs.push_back({name,
                             "of that, " + (kind == "host" ? what : kind + " of " + what),
                             "ns/bar",
                             {},
                             "",
                             {},
                             {},
                             ""});
            cost = std::prev(costs.end());
        }
        cost->runs.push_back(part.at("seconds").get<double>() * 1e9 / bars);
    }
}

}  // namespace

std::vector<Figure> measure_simulation(const Settings& settings) {
    const std::string bars = settings.quick ? "100000" : "1000000";
    const double count = std::stod(bars);
    const Workshop workshop;
    workshop.drover({"generate",
                     "bars",
                     "--count",
                     bars,
                     "--interval",
                     "1m",
                     "--seed",
                     "1",
                     "-O",
                     (workshop.folder() / "bars.csv").string()});
    Figure hashed{"simulation.hash",
                  "simulated bars/s, with the event log's hash",
                  "bars/s",
                  {},
                  "C pipeline",
                  {},
                  {{Target::Of::value, Target::Bound::at_least, 1e6}},
                  bars +
                      " minute bars through the fleet of agents.yaml; reading the file included, "
                      "the start of the process not"};
    Figure plain{
        "simulation.no_hash", "the same without the hash", "bars/s", {}, "C pipeline", {}, {}, ""};
    std::vector<Figure> costs;
    for (int run = 0; run < settings.runs; ++run) {
        const double floor =
            std::stod(workshop.run(bench_program("pipeline_floor"), {bars}).output);
        hashed.floor_runs.push_back(floor);
        plain.floor_runs.push_back(floor);
        hashed.runs.push_back(count / backtest(workshop, {}).at("seconds").get<double>());
        add_costs(backtest(workshop, {"--profile"}).at("profile"), count, costs);
        plain.runs.push_back(count / backtest(workshop, {"--no-hash"}).at("seconds").get<double>());
    }
    std::vector<Figure> figures{hashed, plain};
    figures.insert(figures.end(), costs.begin(), costs.end());
    return figures;
}

}  // namespace drover::bench
