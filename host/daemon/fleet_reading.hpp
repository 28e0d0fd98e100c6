/// The fleet that a supervisor starts or goes on with: its file and what its plugins say.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/fleet_sources.hpp"
#include "daemon/applied_files.hpp"
#include "daemon/state_directory.hpp"
#include "fleet/fleet.hpp"

namespace drover {

/// With its instances as agents. `faults` are for people; where there is one, nothing may start.
struct ReadFleet {
    FleetSources sources;
    PreparedFleet fleet;
    std::vector<std::string> faults;
};

[[nodiscard]] std::vector<std::string> texts_of(const std::vector<Fault>& faults);

/// Reads `file` as it is now, and looks at its plugins with the drover-agent in `programs`.
[[nodiscard]] ReadFleet read_fleet(const std::filesystem::path& file,
                                   const std::filesystem::path& programs,
                                   const StateDirectory& state);
/// The same for the file that was applied last, as it was then: for who goes on with a fleet.
[[nodiscard]] Result<ReadFleet> read_applied_fleet(const AppliedFiles& applied,
                                                   const std::filesystem::path& programs,
                                                   const StateDirectory& state);

/// The same fleet with as many instances of each agent as there are units, which `drover scale` may
/// have changed since the file was applied.
[[nodiscard]] PreparedFleet with_instances_of(PreparedFleet fleet,
                                              const std::vector<std::string>& units);

}  // namespace drover
