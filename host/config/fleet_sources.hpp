/// The texts that say what a fleet is: its file, and the overlay of one environment.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>

#include "base/json.hpp"
#include "config/fleet_config.hpp"

namespace drover {

struct FleetSources {
    std::filesystem::path file;  ///< Where the text stands, or stood: paths in it begin there.
    std::string text;
    std::string environment;               ///< Empty: none.
    std::optional<std::string> overlay{};  ///< Nothing: it is read where it lies.

    bool operator==(const FleetSources&) const = default;
};

/// Reads the file, and the overlay of `fleet_environment` where there is one. Fails with why the
/// file, or the overlay, cannot be used; that there is no overlay is for `read_fleet_text` to say.
[[nodiscard]] std::variant<FleetSources, Fault> read_fleet_sources(
    const std::filesystem::path& file);

/// As `read_fleet_text` of fleet_config.hpp, with the overlay that belongs to the text.
[[nodiscard]] FleetReading read_fleet_text(const FleetSources& sources,
                                           const PluginSearch& search,
                                           const std::vector<Override>& overrides = {});

/// {file, text, environment, overlay}, for a file.
[[nodiscard]] Json to_json(const FleetSources& sources);
/// The other way; fails with `invalid`.
[[nodiscard]] Result<FleetSources> fleet_sources_from_json(const Json& json);

}  // namespace drover
