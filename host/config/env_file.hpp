/// Files of environment variables: `env_file` of an agent.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "config/fleet_config.hpp"
#include "config/map_reader.hpp"

namespace drover {

/// Name and value, in the order of the file.
using EnvironmentVariables = std::vector<std::pair<std::string, std::string>>;

/// Reads `NAME=VALUE` lines. Empty lines and those that begin with # are passed over; `export`
/// before a name too. A value in single quotes is as it stands; in double quotes a backslash
/// before n, t, a quote or a backslash is read; without quotes the value ends before " #". Nothing
/// else is replaced. Adds a fault with the place in `file` for each line that is something else.
[[nodiscard]] EnvironmentVariables parse_env_text(const std::string& text,
                                                  const std::string& file,
                                                  std::vector<Fault>& faults);

/// Reads the key `env_file`, a file or a list of files relative to `folder`, into
/// agent.variables; what a later file says wins.
void read_env_files(const MapReader& reader,
                    AgentConfig& agent,
                    const std::filesystem::path& folder);

}  // namespace drover
