/// Reading a fleet's file for a verb, and telling the person what is wrong with it.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "config/fleet_config.hpp"
#include "fleet/fleet.hpp"

namespace drover {

/// Loads and prepares the file. Where it has faults they are printed on standard error, one a line
/// with file:line:column, and nothing is returned. Warnings and plugins that cannot be loaded are
/// left to the caller. `exit_code` is set where nothing is returned: that of wrong usage when all
/// that is wrong was typed on the command line.
[[nodiscard]] std::optional<PreparedFleet> read_fleet_file(const std::filesystem::path& file,
                                                           const std::vector<Override>& overrides,
                                                           int& exit_code);

/// The same for the copy that a droverd keeps of what its fleet runs with, whatever its file says.
[[nodiscard]] std::optional<PreparedFleet> read_running_fleet(
    const std::filesystem::path& copy, const std::vector<Override>& overrides, int& exit_code);

/// Adds a fault for each socket of the fleet whose path would be longer than the system takes.
void add_socket_faults(PreparedFleet& fleet, const std::filesystem::path& state_directory);

/// As read_fleet_file, for `up`: sockets are checked too, and what the plugins answered lies in the
/// cache of the state directory, for the droverd that is to be started there.
[[nodiscard]] std::optional<PreparedFleet> read_fleet_file_to_start(
    const std::filesystem::path& file,
    const std::filesystem::path& state_directory,
    int& exit_code);

/// Describes the plugins of a file for the droverd that runs in the state directory, whatever else
/// is wrong with the file.
void describe_plugins(const std::filesystem::path& file,
                      const std::filesystem::path& state_directory);

/// The same for one plugin.
void describe_plugin(const std::filesystem::path& plugin,
                     const std::filesystem::path& state_directory);

/// Prints faults on standard error, one a line.
void print_faults(const std::vector<Fault>& faults);

}  // namespace drover
