/// Reading the text of a configuration file.
#pragma once

#include <filesystem>
#include <string>
#include <variant>

#include "config/fleet_config.hpp"

namespace drover {

/// The whole text of a file, or why it cannot be used: it cannot be opened, is a folder, is larger
/// than 4 MiB, or is not UTF-8 text.
[[nodiscard]] std::variant<std::string, Fault> read_source_text(const std::filesystem::path& file);

}  // namespace drover
