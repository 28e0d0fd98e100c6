// What `./dev bench` runs: the rows that are asked for, then the tables and build/bench.json.
#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "bench/report.hpp"
#include "bench/rows.hpp"
#include "bench/workshop.hpp"

namespace drover::bench {
namespace {

struct Measurement {
    const char* name;
    std::vector<Figure> (*measure)(const Settings&);
};

constexpr std::array measurements{Measurement{"restart", measure_restart},
                                  Measurement{"standby", measure_standby},
                                  Measurement{"cold", measure_cold},
                                  Measurement{"hang", measure_hang},
                                  Measurement{"loops", measure_loops},
                                  Measurement{"endings", measure_endings},
                                  Measurement{"routing", measure_routing},
                                  Measurement{"flood", measure_flood},
                                  Measurement{"slow_receiver", measure_slow_receiver},
                                  Measurement{"kill_switch", measure_kill_switch},
                                  Measurement{"durable", measure_durable},
                                  Measurement{"round_trip", measure_round_trip},
                                  Measurement{"simulation", measure_simulation},
                                  Measurement{"log", measure_log},
                                  Measurement{"up", measure_up},
                                  Measurement{"apply", measure_apply},
                                  Measurement{"idle", measure_idle}};

bool is_wanted(const Measurement& measurement, const std::vector<std::string>& names) {
    return names.empty() || std::ranges::find(names, measurement.name) != names.end();
}

bool write(const std::filesystem::path& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (!file) {
        std::fprintf(stderr, "bench: %s cannot be written.\n", path.c_str());
    }
    return bool(file);
}

/// Figures of the rows that worked; the others say why on standard error.
std::vector<Figure> measure(const std::vector<std::string>& names,
                            const Settings& settings,
                            bool& all_worked) {
    std::vector<Figure> figures;
    for (const Measurement& measurement : measurements) {
        if (!is_wanted(measurement, names)) {
            continue;
        }
        std::fprintf(stderr, "measuring %s …\n", measurement.name);
        try {
            const auto measured = measurement.measure(settings);
            figures.insert(figures.end(), measured.begin(), measured.end());
            std::fputs(text_report(measured).c_str(), stderr);
        } catch (const std::exception& failure) {
            std::fprintf(stderr, "bench: %s: %s\n", measurement.name, failure.what());
            all_worked = false;
        }
    }
    return figures;
}

}  // namespace
}  // namespace drover::bench

int main(int count, char** arguments) {
    using namespace drover::bench;
    CLI::App app("Measures drover beside floors and peers; writes bench.json and bench.md");
    Settings settings;
    std::vector<std::string> names;
    std::filesystem::path folder = ".";
    std::vector<std::string> known;
    for (const Measurement& measurement : measurements) {
        known.emplace_back(measurement.name);
    }
    app.add_option("NAME", names, "Which rows; all without a name")->check(CLI::IsMember(known));
    app.add_option("--runs", settings.runs, "How often each measurement is repeated")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app.add_flag("--quick", settings.quick, "Small loads: to see that it works, not to quote");
    app.add_option("--output", folder, "Folder of bench.json and bench.md")
        ->check(CLI::ExistingDirectory);
    app.add_option_function<std::string>(
           "--programs",
           [](const std::string& programs) { measure_programs_in(programs); },
           "Measure the programs of another build: its bin folder")
        ->check(CLI::ExistingDirectory);
    CLI11_PARSE(app, count, arguments);

    bool all_worked = true;
    const auto figures = measure(names, settings, all_worked);
    const Machine machine = this_machine();
    std::printf("\n%u cores, %s\n\n%s",
                machine.cores,
                machine.kernel.c_str(),
                text_report(figures).c_str());
    const bool written = write(folder / "bench.json", json_report(figures)) &&
                         write(folder / "bench.md", markdown_report(figures, machine));
    return all_worked && written ? 0 : 1;
}
