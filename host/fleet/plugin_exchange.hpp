/// One agent of a prepared fleet with another plugin: what `drover upgrade` tries.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "fleet/fleet.hpp"

namespace drover {

/// What belongs to one agent in a PreparedFleet.
struct FleetEntry {
    AgentConfig config;
    PreparedAgent prepared;
};

/// Nothing for an unknown name.
[[nodiscard]] std::optional<FleetEntry> entry_of(const PreparedFleet& fleet,
                                                 const std::string& agent);
/// Gives it back, in the place of what has its name; a fleet without that name stays as it is.
void put_entry(PreparedFleet& fleet, const FleetEntry& entry);

/// The entry of `agent` in `fleet`, with `file` in the place of its plugin. Nothing else of the
/// fleet may change by it. Fails with `not_found` for an unknown name, and with `refused` and a
/// sentence when `library` cannot be loaded or has no agent of that name, when it does not accept
/// the agent's config, when its ports or a message type differ so that others would be concerned,
/// and when it is what runs already.
[[nodiscard]] Result<FleetEntry> exchange_plugin(const PreparedFleet& fleet,
                                                 const std::string& agent,
                                                 const std::filesystem::path& file,
                                                 const DescribedLibrary& library);

}  // namespace drover
