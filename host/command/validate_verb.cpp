/// Loading, preparing, and listing what was found.
#include "command/validate_verb.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/json_value.hpp"
#include "base/printable_text.hpp"
#include "command/exit_code.hpp"
#include "command/fleet_file.hpp"
#include "config/faults_json.hpp"
#include "process/programs_folder.hpp"
#include "schedule/schedule_check.hpp"

namespace drover {

namespace {

/// What validation found.
struct Findings {
    std::vector<Fault> faults;  ///< Plugins that cannot be loaded included.
    std::vector<Fault> warnings;
    std::optional<FleetConfig> fleet;  ///< Nothing when the file could not be read.
};

Findings find(const std::filesystem::path& file) {
    const auto folder = programs_folder();
    Findings findings;
    DescribeOptions options;
    options.agent_program = folder / "drover-agent";
    options.check_further = check_schedules;
    PreparedFleet prepared =
        read_and_prepare_fleet(file, default_plugin_search(folder), {}, options);
    // The path of a socket is as long for any state directory.
    add_socket_faults(prepared, ".");
    findings.faults = std::move(prepared.faults);
    std::ranges::move(prepared.unloadable, std::back_inserter(findings.faults));
    std::ranges::stable_sort(findings.faults, [](const Fault& left, const Fault& right) {
        // Those of an overlay follow: its name is longer.
        return std::tuple(left.place.file.size(), left.place.line, left.place.column) <
               std::tuple(right.place.file.size(), right.place.line, right.place.column);
    });
    findings.warnings = prepared.config.warnings;
    findings.fleet = std::move(prepared.config);
    return findings;
}

Json json_of(const Findings& findings) {
    Json document = {{"ok", findings.faults.empty()},
                     {"faults", to_json(findings.faults)},
                     {"warnings", to_json(findings.warnings)},
                     {"fleet", nullptr}};
    if (findings.fleet) {
        Json agents = Json::array();
        for (const AgentConfig& agent : findings.fleet->agents) {
            agents.push_back({{"name", agent.name},
                              {"plugin", agent.plugin},
                              {"plugin_file", agent.plugin_file.string()},
                              {"enabled", agent.enabled}});
        }
        document["fleet"] = {{"name", findings.fleet->name},
                             {"file", findings.fleet->file.string()},
                             {"agents", std::move(agents)}};
    }
    return document;
}

std::string counted(std::size_t count, const char* noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

void print_text(const Findings& findings, const std::filesystem::path& file) {
    print_faults(findings.faults);
    for (const Fault& warning : findings.warnings) {
        (void)std::fprintf(stderr, "warning: %s\n", warning.text().c_str());
    }
    if (!findings.faults.empty()) {
        (void)std::fprintf(
            stderr, "drover: %s.\n", (counted(findings.faults.size(), "fault") + " found").c_str());
        return;
    }
    const FleetConfig& fleet = *findings.fleet;
    const auto enabled = std::ranges::count_if(fleet.agents, &AgentConfig::enabled);
    const std::size_t disabled = fleet.agents.size() - static_cast<std::size_t>(enabled);
    std::printf("%s is good: fleet '%s', %s%s, %s, clock %s.\n",
                printable(file.string()).c_str(),
                fleet.name.c_str(),
                counted(fleet.agents.size(), "agent").c_str(),
                disabled == 0 ? "" : (" (" + std::to_string(disabled) + " disabled)").c_str(),
                counted(fleet.topics.size(), "topic rule").c_str(),
                fleet.replay_clock ? ("replayed by " + *fleet.replay_clock).c_str() : "wall");
}

}  // namespace

int run_validate(const ValidateOptions& options) {
    const Findings findings = find(options.file);
    if (options.as_json) {
        std::puts(to_line(json_of(findings)).c_str());
    } else {
        print_text(findings, options.file);
    }
    return findings.faults.empty() ? exit_ok : exit_failed;
}

}  // namespace drover
