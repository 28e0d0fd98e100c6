#include "daemon/fleet_reading.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

#include "fleet/instances.hpp"
#include "schedule/schedule_check.hpp"

namespace drover {
namespace {

ReadFleet fleet_of(FleetSources sources,
                   const std::filesystem::path& programs,
                   const StateDirectory& state) {
    DescribeOptions describing;
    describing.agent_program = programs / "drover-agent";
    describing.cache = state.descriptions();
    describing.failures = Failures::take;
    describing.check_further = check_schedules;
    ReadFleet read;
    read.sources = std::move(sources);
    read.fleet =
        prepare_reading(read_fleet_text(read.sources, default_plugin_search(programs)), describing);
    read.faults = texts_of(read.fleet.faults);
    if (read.faults.empty()) {
        read.fleet = expand_instances(std::move(read.fleet));
    }
    return read;
}

}  // namespace

PreparedFleet with_instances_of(PreparedFleet fleet, const std::vector<std::string>& units) {
    std::map<std::string, int> counts;
    for (const AgentConfig& agent : fleet.config.agents) {
        if (!agent.instance_of.empty()) {
            counts[agent.instance_of] = 0;
        }
    }
    for (const std::string& unit : units) {
        const auto declared = counts.find(unit.substr(0, unit.rfind('.')));
        if (declared != counts.end() && declared->first != unit) {
            ++declared->second;
        }
    }
    for (const auto& [agent, count] : counts) {
        if (auto scaled = scale_instances(fleet, agent, std::max(count, 1))) {
            fleet = std::move(scaled.value());
        }
    }
    return fleet;
}

std::vector<std::string> texts_of(const std::vector<Fault>& faults) {
    std::vector<std::string> texts;
    for (const Fault& fault : faults) {
        texts.push_back(fault.text());
    }
    return texts;
}

ReadFleet read_fleet(const std::filesystem::path& file,
                     const std::filesystem::path& programs,
                     const StateDirectory& state) {
    auto sources = read_fleet_sources(file);
    if (const auto* const fault = std::get_if<Fault>(&sources)) {
        ReadFleet read;
        read.faults = texts_of({*fault});
        return read;
    }
    return fleet_of(std::move(std::get<FleetSources>(sources)), programs, state);
}

Result<ReadFleet> read_applied_fleet(const AppliedFiles& applied,
                                     const std::filesystem::path& programs,
                                     const StateDirectory& state) {
    const auto newest = applied.before_newest(0);
    if (!newest) {
        return newest.error();
    }
    auto sources = applied.sources_of(newest.value());
    if (!sources) {
        return sources.error();
    }
    return fleet_of(std::move(sources.value()), programs, state);
}

}  // namespace drover
